using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Approvals as people read them.</summary>
internal static class ApprovalText
{
    /// <summary>Shows one; ends with 4 when it was refused, and with 0 when it stands or waits.</summary>
    public static int Show(Session session, Approval approval)
    {
        session.Output.Details(
            approval,
            ("Approval", approval.Id),
            ("Version", $"{approval.Model} {approval.Version}"),
            ("Environment", approval.Environment),
            ("Answers elsewhere", approval.Remote?.ToText()),
            ("State", approval.State + (approval.Ended is { } ended ? $": {ended.Reason}" : "")),
            ("Kind", approval.Kind),
            ("Risk", string.Create(CultureInfo.InvariantCulture, $"{approval.Tier} ({approval.Score} of 50)")),
            ("Triggers", string.Join('\n', approval.Triggers.Select(static one => $"{one.Name}: {one.Reason}"))),
            ("Checks", string.Join('\n', approval.Checks.Select(static one => $"{(one.Passed ? "holds" : "fails")}  {one.Name}: {one.Reason}"))),
            ("Warnings", string.Join('\n', approval.Warnings)),
            ("Workflow", approval.Workflow is { } workflow ? string.Create(CultureInfo.InvariantCulture, $"{workflow.Name}, version {workflow.Version}") : null),
            ("Seats", string.Join('\n', approval.Stages.SelectMany(Seats))),
            ("Asked by", $"{approval.RequestedBy}, {Printable.Time(approval.RequestedAt)}"),
            ("Why", approval.Justification),
            ("Conditions", string.Join('\n', approval.Conditions.Select(static one => $"{one.Text} ({one.Owner}, until {Printable.Time(one.DueAt)})"))),
            ("Comments", string.Join('\n', approval.Comments.Select(static one => $"{one.By}, {Printable.Time(one.At)}: {one.Text}"))),
            ("Pins", string.Join('\n', approval.Pins.Select(static one => $"{one.Key} {one.Value}"))),
            ("Ends undecided", Printable.Time(approval.ExpiresAt)),
            ("Approved", Printable.Time(approval.ApprovedAt)),
            ("Use by", Printable.Time(approval.UseBy)),
            ("Traffic ends", Printable.Time(approval.NotAfter)));
        return approval.State is "pending" or "approved" ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private static IEnumerable<string> Seats(ApprovalStage stage) => stage.Seats.Select(seat =>
        $"{stage.Name}  {seat.Role}{(seat.Required ? " (required)" : "")}: {(seat.Decision is null ? stage.State is "open" ? "empty" : stage.State : $"{seat.Decision}, {seat.DecidedBy}{(seat.OnBehalfOf is { } who ? $" for {who}" : "")}{(seat.Comment is { } said ? $": {said}" : "")}")}{(stage.IsOverdue && seat.Decision is null ? ", overdue" : "")}");
}

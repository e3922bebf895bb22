using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals list</c>.</summary>
internal static class ApprovalsList
{
    public static Command Create()
    {
        var listing = new Listing();
        var state = Verb.Text("--state", "Only of this state: pending, approved, rejected, withdrawn, expired, voided or revoked", "state");
        var model = Verb.Text("--model", "Only of this model", "name");
        var mine = Verb.Flag("--mine", "Only what you can decide on now");
        return listing.AddTo(new("list", "List approvals, newest first.") { state, model, mine }, search: false).Does(async session =>
        {
            var page = await session.Client.Approvals.ListPageAsync(
                session.Args.GetValue(state), session.Args.GetValue(model), session.Args.GetValue(mine), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Approvals,
                page.NextPageToken,
                ("APPROVAL", static one => one.Id),
                ("MODEL", static one => one.Model),
                ("VERSION", static one => one.Version),
                ("ENVIRONMENT", static one => one.Environment),
                ("STATE", static one => one.State),
                ("KIND", static one => one.Kind),
                ("RISK", static one => one.Tier),
                ("WAITS FOR", static one => string.Join(", ", one.Stages.Where(static stage => stage.State == "open").SelectMany(static stage => stage.Seats).Where(static seat => seat.Decision is null).Select(static seat => seat.Role).Distinct())),
                ("DUE", static one => one.Stages.FirstOrDefault(static stage => stage.State == "open") is { } stage ? Printable.Time(stage.DueAt) + (stage.IsOverdue ? " overdue" : "") : ""),
                ("ASKED BY", static one => one.RequestedBy));
        }).Example("mlops approvals list --mine");
    }
}

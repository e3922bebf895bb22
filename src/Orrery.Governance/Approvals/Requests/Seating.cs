using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>A role that somebody else lets one decide in.</summary>
/// <param name="Role">The role.</param>
/// <param name="FromId">Principal id of who holds it.</param>
/// <param name="FromName">Their name.</param>
internal sealed record LentRole(string Role, string FromId, string FromName);

/// <summary>Who wants to decide, as they stand at that moment.</summary>
/// <param name="Person">Who.</param>
/// <param name="Roles">Roles they hold.</param>
/// <param name="Lent">Roles that others, who hold them, have delegated to them.</param>
internal sealed record Voter(RoleHolder Person, IReadOnlySet<string> Roles, IReadOnlyList<LentRole> Lent);

/// <summary>The seat that somebody gets.</summary>
/// <param name="Seat">The seat, empty.</param>
/// <param name="VoiceId">Principal id of whose role it is.</param>
/// <param name="OnBehalfOf">Their name when it is somebody else.</param>
/// <param name="EscalatedRole">The role that stands in; null when it is the seat's own.</param>
internal sealed record SeatChoice(ApprovalSeat Seat, string VoiceId, string? OnBehalfOf, string? EscalatedRole);

/// <summary>Separation of duties: which seat somebody may fill, and why none. Pure.</summary>
internal static class Seating
{
    /// <summary>
    /// The seat for a voter; <c>governance.approval_ended</c>, <c>governance.approval_person</c>, <c>governance.approval_self</c>, <c>governance.approval_author</c>,
    /// <c>governance.approval_seated</c>, <c>governance.approval_role</c>.
    /// </summary>
    /// <param name="row">The approval.</param>
    /// <param name="voter">Who.</param>
    /// <param name="taken">Who has decided.</param>
    /// <param name="role">The role they want to decide in; null for any.</param>
    public static Result<SeatChoice> Choose(ApprovalRow row, Voter voter, IReadOnlyList<SeatTaken> taken, string? role)
    {
        if (row.State != ApprovalRow.Pending || StageSteps.Current(row.Approval) is not { } stage)
            return Ended(row);
        var person = voter.Person;
        if (!person.IsPerson || !person.IsActive)
            return Denied("governance.approval_person", $"Seats are for people who are active; {person.Name} is {(person.IsPerson ? "disabled" : "no person")}.");
        if (IsRequester(row, person.PrincipalId, person.Name))
            return Denied("governance.approval_self", $"{person.Name} asked for this approval, or made the account or the token that did, and cannot decide on it.");
        if (IsAuthor(row, person.Name))
            return Denied("governance.approval_author", $"{person.Name} made version {row.Approval.Version} of {row.Approval.Model}, and the workflow {row.Spec.Name} wants others to decide on it.");
        if (taken.Any(one => one.PrincipalId == person.PrincipalId || one.VoiceId == person.PrincipalId))
            return Failure.Conflict("governance.approval_seated", $"{person.Name} has a seat in this approval already; nobody fills two.");
        var choices = Choices(row, stage, voter, taken).ToList();
        var wanted = role is null ? choices : choices.FindAll(choice => choice.Seat.Role == role);
        if (wanted.Count > 0)
            return wanted.OrderByDescending(static choice => choice.OnBehalfOf is null && choice.EscalatedRole is null).ThenByDescending(static choice => choice.Seat.Required).First();
        var open = string.Join(", ", stage.Seats.Where(static seat => seat.Decision is null).Select(static seat => seat.Role).Distinct());
        return Denied("governance.approval_role", open.Length == 0
            ? $"Every seat of the stage {stage.Name} is filled."
            : $"The stage {stage.Name} has empty seats for {open}; {person.Name} holds none of these roles now{(role is null || choices.Count == 0 ? "" : $" but may decide as {string.Join(", ", choices.Select(static choice => choice.Seat.Role).Distinct())}")}.");
    }

    /// <summary>Why nothing can be decided any more.</summary>
    public static Failure Ended(ApprovalRow row) => Failure.Conflict(
        "governance.approval_ended", $"The approval {row.Id} is {row.State}{(row.Approval.Ended is { } end ? $": {end.Reason}" : "")}. A new one can be asked for.");

    // In their own right first, then for others, then in the place of those who took too long.
    private static IEnumerable<SeatChoice> Choices(ApprovalRow row, ApprovalStage stage, Voter voter, IReadOnlyList<SeatTaken> taken)
    {
        var standsIn = stage.EscalatedAt is not null && StageSteps.SpecOf(row.Spec, stage)?.Escalate is { MayDecide: true } to && voter.Roles.Contains(to.To) ? to.To : null;
        foreach (var seat in stage.Seats.Where(static seat => seat.Decision is null))
        {
            if (voter.Roles.Contains(seat.Role))
                yield return new(seat, voter.Person.PrincipalId, null, null);
            else if (voter.Lent.FirstOrDefault(lent => lent.Role == seat.Role && MayLend(row, lent, taken)) is { } lent)
                yield return new(seat, lent.FromId, lent.FromName, null);
            else if (standsIn is not null)
                yield return new(seat, voter.Person.PrincipalId, null, standsIn);
        }
    }

    // Who may not decide themselves cannot have another do it for them, and nobody's voice counts twice.
    private static bool MayLend(ApprovalRow row, LentRole lent, IReadOnlyList<SeatTaken> taken) =>
        !IsRequester(row, lent.FromId, lent.FromName) && !IsAuthor(row, lent.FromName) && !taken.Any(one => one.PrincipalId == lent.FromId || one.VoiceId == lent.FromId);

    private static bool IsRequester(ApprovalRow row, string id, string name) =>
        row.Requesters.Contains(id) || string.Equals(row.Approval.RequestedBy, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsAuthor(ApprovalRow row, string name) => !row.Spec.AuthorsMayApprove && row.Authors.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static Failure Denied(string code, string message) => new(FailureKind.Denied, code, message);
}

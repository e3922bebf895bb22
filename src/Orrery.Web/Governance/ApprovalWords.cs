using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Approvals in plain words.</summary>
internal static class ApprovalWords
{
    /// <summary>Roles in whose seats somebody may decide now; null for none.</summary>
    public static string? OpenRoles(Approval approval) =>
        Joined(approval.Stages.Where(static stage => stage.State == "open").SelectMany(static stage => stage.Seats).Where(static seat => seat.DecidedBy is null).Select(static seat => seat.Role));

    /// <summary>Who has decided; "the rules" where no people did; null while nobody has.</summary>
    public static string? Deciders(Approval approval) =>
        Joined(approval.Stages.SelectMany(static stage => stage.Seats).Select(static seat => seat.DecidedBy).OfType<string>()) ?? (approval.State == "approved" ? "the rules" : null);

    private static string? Joined(IEnumerable<string> names) => string.Join(", ", names.Distinct()) is { Length: > 0 } text ? text : null;
}

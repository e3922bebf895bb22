using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>An approval as it is kept.</summary>
internal sealed record ApprovalRow
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Withdrawn = "withdrawn";
    public const string Expired = "expired";
    public const string Voided = "voided";
    public const string Revoked = "revoked";

    /// <summary>All states.</summary>
    public static readonly IReadOnlyList<string> States = [Pending, Approved, Rejected, Withdrawn, Expired, Voided, Revoked];

    public required WorkspaceId Workspace { get; init; }

    public required string ModelId { get; init; }

    /// <summary>
    /// Principal ids of who asked, the first of all first; of whose hands a service account or a token was in that asked; and of who asked for the same later. Empty for the platform.
    /// </summary>
    public required IReadOnlyList<string> Requesters { get; init; }

    /// <summary>Names of who made the version.</summary>
    public required IReadOnlyList<string> Authors { get; init; }

    /// <summary>The workflow as it was.</summary>
    public required ApprovalWorkflowSpec Spec { get; init; }

    /// <summary>What people see of it.</summary>
    public required Approval Approval { get; init; }

    /// <summary>When it was last looked whether its pins have changed, Unix milliseconds.</summary>
    public long CheckedAt { get; init; }

    /// <summary>Principal id of who asked first; empty for the platform.</summary>
    public string RequesterId => Requesters.Count > 0 ? Requesters[0] : "";

    public string Id => Approval.Id;

    public string State => Approval.State;

    /// <summary>A waiver does not stand in the way of an approval, nor the other way round.</summary>
    public string Lane => Approval.Kind == ApprovalToken.Waiver ? ApprovalSlot.Waivers : ApprovalSlot.Approvals;

    /// <summary>The place of its version.</summary>
    public ApprovalSlot Slot => new(Workspace, Approval.Environment, ModelId, Approval.Version, Lane);

    /// <summary>With its document changed.</summary>
    public ApprovalRow With(Func<Approval, Approval> change) => this with { Approval = change(Approval) };
}

/// <summary>Where one approval at a time is asked for or stands.</summary>
/// <param name="Workspace">In which workspace.</param>
/// <param name="Environment">Whose traffic.</param>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">Its version's number.</param>
/// <param name="Lane">Of approvals, or of waivers.</param>
internal sealed record ApprovalSlot(WorkspaceId Workspace, string Environment, string ModelId, string Version, string Lane)
{
    public const string Approvals = "approval";
    public const string Waivers = "waiver";
}

using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Knows which approvals stand. A module above keeps them; without one nothing is approved.</summary>
public interface IApprovalRecords
{
    /// <summary>
    /// The token of the approval that stands for a version in an environment; null for none. It is looked whether what the approval pins has changed: then it is voided, and
    /// does not stand. What the registry refuses, but for versions that are gone.
    /// </summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Whose traffic.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<Result<string?>> FindTokenAsync(Actor actor, string environment, string model, string version, CancellationToken cancel);

    /// <summary>
    /// The token of kind <c>inherited</c> under which a version answers that was there before approvals were asked for, also when that approval is void: what answers goes on.
    /// Null for none, and when its end stopped the traffic.
    /// </summary>
    /// <param name="workspace">In which workspace.</param>
    /// <param name="environment">Whose traffic.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<string?> FindInheritedAsync(WorkspaceId workspace, string environment, string model, string version, CancellationToken cancel);

    /// <summary>
    /// What ended an approval, by the database, after looking whether what it pins has changed, which ends it as well. Null while it stands, and for one that is not known.
    /// What the registry refuses, but for versions that are gone.
    /// </summary>
    public ValueTask<Result<ApprovalEnd?>> LookAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel);

    /// <summary>What ended an approval, by the database. Once it has answered, <see cref="EndOf"/> misses no end that follows. Null while it stands, and for one that is not known.</summary>
    public ValueTask<ApprovalEnd?> FindEndAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel);

    /// <summary>As <see cref="FindEndAsync"/> in a transaction, until whose end the approval does not change.</summary>
    public ValueTask<ApprovalEnd?> HoldAsync(DbSession session, WorkspaceId workspace, string approvalId);

    /// <summary>What ended an approval, from memory: also while the database is away. Null while it stands, as far as this server knows.</summary>
    public ApprovalEnd? EndOf(WorkspaceId workspace, string approvalId);
}

/// <summary>That an approval does not stand any more.</summary>
/// <param name="At">Since when, Unix milliseconds.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="StopsTraffic">
/// Whether traffic ends too, as when it was revoked or the risk rose to where others must decide. Otherwise what answers goes on answering and may be gone back to,
/// and nothing new is brought to traffic under it.
/// </param>
public sealed record ApprovalEnd(long At, string Reason, bool StopsTraffic);

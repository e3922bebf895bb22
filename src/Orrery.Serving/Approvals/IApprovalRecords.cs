using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Knows which approvals stand. A module above keeps them; without one nothing is approved.</summary>
public interface IApprovalRecords
{
    /// <summary>The token of the approval that stands for a version in an environment; null for none.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Whose traffic.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<string?> FindTokenAsync(Actor actor, string environment, string model, string version, CancellationToken cancel);

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

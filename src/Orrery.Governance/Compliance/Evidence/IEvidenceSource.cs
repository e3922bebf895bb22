using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>
/// Contributes evidence to compliance reports. Risk, policies, approvals and modules above (deliveries) register one as a singleton each. It asks a bounded
/// number of questions however many models there are.
/// </summary>
public interface IEvidenceSource
{
    /// <summary>Facts that it contributes, as the control map names them: <c>risk.assessments</c>, <c>deliveries.runs</c>.</summary>
    public IReadOnlyList<string> Facts { get; }

    /// <summary>What it has in the workspace of the actor.</summary>
    /// <param name="actor">Whose workspace; it may see all of it.</param>
    /// <param name="since">Beginning of the period, Unix milliseconds.</param>
    /// <param name="until">Its end, Unix milliseconds, not within it.</param>
    /// <param name="newest">Most items of each fact.</param>
    /// <param name="cancel">Abandons the call.</param>
    public ValueTask<ContributedEvidence> CollectAsync(Actor actor, long since, long until, int newest, CancellationToken cancel);
}

/// <summary>What a source contributes.</summary>
public sealed record ContributedEvidence
{
    /// <summary>Nothing.</summary>
    public static readonly ContributedEvidence None = new();

    /// <summary>How much there is of each fact, with the last items of it; a fact that is not among them is missing.</summary>
    public IReadOnlyDictionary<string, FoundEvidence> Facts { get; init; } = new Dictionary<string, FoundEvidence>();

    /// <summary>Tier of risk by model; for the inventory.</summary>
    public IReadOnlyDictionary<string, string> Tiers { get; init; } = new Dictionary<string, string>();

    /// <summary>The last approval by model, in short; for the inventory.</summary>
    public IReadOnlyDictionary<string, string> Approvals { get; init; } = new Dictionary<string, string>();

    /// <summary>Changes of the period that the trail's deployments do not show, newest first.</summary>
    public IReadOnlyList<ReportedChange> Changes { get; init; } = [];
}

/// <summary>Evidence of one fact.</summary>
/// <param name="Count">How much there is.</param>
/// <param name="Items">The last of it, newest first.</param>
public sealed record FoundEvidence(long Count, IReadOnlyList<EvidenceItem> Items)
{
    /// <summary>None.</summary>
    public static readonly FoundEvidence None = new(0, []);
}

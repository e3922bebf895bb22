using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>
/// A kind of place that versions are brought to. Every step is safe to repeat with the same <see cref="ReleaseOrder"/>: after a crash it is asked again, and finds by the delivery's id
/// what it did before. Implementations are singletons and keep nothing in memory between calls that a restart would miss.
/// </summary>
internal interface ITarget
{
    /// <summary>Its name in settings: <c>local</c>, <c>kserve-git</c>, <c>kserve-api</c>.</summary>
    public string Kind { get; }

    /// <summary>What is wrong with a target's settings of this kind; null for nothing.</summary>
    public Failure? Problem(TargetSpec spec);

    /// <summary>Makes what is to be deployed, and validates it. Changes nothing outside.</summary>
    public ValueTask<Result<BuiltRelease>> BuildAsync(Actor actor, ReleaseOrder order, CancellationToken cancel);

    /// <summary>Brings it there with the order's share of the traffic, and returns without waiting for it to be ready. The approval of governed environments is checked again here.</summary>
    public ValueTask<Result<ReleaseState>> DeployAsync(Actor actor, ReleaseOrder order, BuiltRelease built, CancellationToken cancel);

    /// <summary>How it stands.</summary>
    public ValueTask<Result<ReleaseState>> LookAsync(Actor actor, ReleaseOrder order, CancellationToken cancel);

    /// <summary>Asks the new version where it is ready, and says what it answered.</summary>
    public ValueTask<Result<SmokeAnswer>> SmokeAsync(Actor actor, ReleaseOrder order, CancellationToken cancel);

    /// <summary>Gives the new version a share of the traffic, percent, more than 0 and up to 100; 100 makes it the one that answers.</summary>
    public ValueTask<Result<ReleaseState>> ShiftAsync(Actor actor, ReleaseOrder order, double percent, CancellationToken cancel);

    /// <summary>Goes back to what answered before the order's delivery (or, when <paramref name="revision"/> is given, to that revision: a number, a commit).</summary>
    public ValueTask<Result<ReleaseState>> RollbackAsync(Actor actor, ReleaseOrder order, string? revision, string reason, CancellationToken cancel);
}

/// <summary>A target as it is set for an environment of a workspace.</summary>
internal sealed record TargetSpec
{
    /// <summary>Environment it serves.</summary>
    public required string Environment { get; init; }

    /// <summary>One of the kinds.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind's own settings, JSON.</summary>
    public string Settings { get; init; } = "{}";
}

/// <summary>What is to be brought where.</summary>
internal sealed record ReleaseOrder
{
    /// <summary>Id of the delivery: the same steps with the same id are the same.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Where.</summary>
    public required TargetSpec Target { get; init; }

    /// <summary>Name of the deployment, by which it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Registered model.</summary>
    public required string Model { get; init; }

    /// <summary>Its version's number.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of the version's files.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>Instances, 0 to 100; null for as now, or 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>Share of the traffic at first, percent; 100 for all at once.</summary>
    public double Percent { get; init; } = 100;

    /// <summary>The approval's token (<see cref="ApprovalToken"/>); null where none is needed.</summary>
    public string? Approval { get; init; }

    /// <summary>Who asked, for authors of commits and history.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Justification { get; init; }
}

/// <summary>What is to be deployed, as it was built.</summary>
/// <param name="Sha256">Of all files, lower-case hexadecimal.</param>
/// <param name="Files">Paths and texts: manifests, or the deployment's document. Kept with the delivery.</param>
internal sealed record BuiltRelease(string Sha256, IReadOnlyDictionary<string, string> Files);

/// <summary>How a release stands.</summary>
/// <param name="State"><c>waiting</c> (for people or an engine: a pull request, a sync), <c>rolling_out</c>, <c>ready</c>, <c>failed</c>.</param>
/// <param name="Reason">Why it waits or failed, or where it is; for people.</param>
/// <param name="Revision">Where it is there: a deployment's revision, a commit, a resource version; null when it is not yet.</param>
/// <param name="Previous">Revision that answered before; null for none.</param>
internal sealed record ReleaseState(string State, string? Reason, string? Revision, string? Previous)
{
    /// <summary>Share of the traffic that the new version has, percent; null when it is not known.</summary>
    public double? Percent { get; init; }

    /// <summary>Page of it elsewhere: a pull request, a commit; null for none.</summary>
    public string? Link { get; init; }
}

/// <summary>What a version answered when it was tried.</summary>
/// <param name="Passed">Whether it answered as it must.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="Detail">What was asked and answered, shortened; no personal data.</param>
internal sealed record SmokeAnswer(bool Passed, double Milliseconds, string Detail);

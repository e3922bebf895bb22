using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/gc</c>: removes for good what was deleted long enough ago, and answers the <see cref="Job"/> that does it
/// (202). Never removes what a registered version, a serving deployment or an open import reaches.
/// </summary>
public sealed record GcRequest
{
    /// <summary>How long ago a run or experiment must have been deleted, ISO 8601; not negative. <c>P30D</c> when absent.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Only count what would be removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Only these experiments; all when empty.</summary>
    public IReadOnlyList<string> ExperimentIds { get => field ?? []; init; }
}

/// <summary>Result of a <c>tracking.gc</c> job.</summary>
public sealed record GcReport
{
    /// <summary>True when nothing was removed, only counted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Experiments removed.</summary>
    public long Experiments { get; init; }

    /// <summary>Runs removed.</summary>
    public long Runs { get; init; }

    /// <summary>Logged models removed.</summary>
    public long LoggedModels { get; init; }

    /// <summary>Files removed.</summary>
    public long Artifacts { get; init; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; init; }

    /// <summary>Runs and logged models that are old enough and stay, because a registered version reaches them.</summary>
    public long KeptBecauseRegistered { get; init; }
}

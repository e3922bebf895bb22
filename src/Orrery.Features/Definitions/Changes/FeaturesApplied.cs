using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Payload of the events <c>features.applied</c> and <c>features.project_deleted</c>.</summary>
public sealed record FeaturesApplied
{
    /// <summary>Event: definitions of a project changed.</summary>
    public const string Name = "features.applied";

    /// <summary>Event: a project was deleted with all that it held.</summary>
    public const string Deleted = "features.project_deleted";

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Its revision afterwards, or its last.</summary>
    public required long Revision { get; init; }

    /// <summary>What changed, without fields.</summary>
    public required IReadOnlyList<FeatureChange> Changes { get; init; }

    /// <summary>Keys of blobs that nothing names any more, of a deleted project.</summary>
    public IReadOnlyList<string> Files { get => field ?? []; init; }
}

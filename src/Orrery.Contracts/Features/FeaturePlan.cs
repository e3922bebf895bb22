using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What applying definitions to a project would do.</summary>
[WritesEmptyLists]
public sealed record FeaturePlan
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The project's revision that it was held against; 0 when there is no such project yet.</summary>
    public required long Revision { get; init; }

    /// <summary>What changes, in the order in which definitions depend on each other; empty when nothing does.</summary>
    public IReadOnlyList<FeatureChange> Changes { get => field ?? []; init; }

    /// <summary>What uses features that would be gone or other than they are; apply refuses those unless told otherwise.</summary>
    public IReadOnlyList<FeatureBreak> Breaks { get => field ?? []; init; }

    /// <summary>Model versions that were trained on what changes; at most 200, those in use first.</summary>
    public IReadOnlyList<FeaturePlanUse> Uses { get => field ?? []; init; }

    /// <summary>How many such model versions there are.</summary>
    public int UseCount { get; init; }

    /// <summary>What is wrong with sources that views read.</summary>
    public IReadOnlyList<FeatureSourceProblem> Problems { get => field ?? []; init; }

    /// <summary>Views whose stored values would have to be filled anew.</summary>
    public IReadOnlyList<FeatureBackfill> Backfills { get => field ?? []; init; }

    /// <summary>Services that stay with an earlier version of a view: they take the newest when they are changed themselves, or on <c>repin</c>.</summary>
    public IReadOnlyList<FeaturePin> Pinned { get => field ?? []; init; }
}

/// <summary>What becomes of one definition.</summary>
[WritesEmptyLists]
public sealed record FeatureChange
{
    /// <summary><c>add</c>, <c>change</c> or <c>remove</c>.</summary>
    public required string Action { get; init; }

    /// <summary><c>entity</c>, <c>source</c>, <c>view</c>, <c>on_demand</c> or <c>service</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The same for all its versions.</summary>
    public string? Id { get; init; }

    /// <summary>Its version before; absent for one that is new.</summary>
    public int? FromVersion { get; init; }

    /// <summary>Its version after; a removal counts as one.</summary>
    public int? ToVersion { get; init; }

    /// <summary>Of a view: the version whose stored values it reads afterwards.</summary>
    public int? StorageVersion { get; init; }

    /// <summary>Why, when its own text is the same: what it depends on changes.</summary>
    public string? Reason { get; init; }

    /// <summary>Field by field, of one that is changed.</summary>
    public IReadOnlyList<FeatureFieldChange> Fields { get => field ?? []; init; }
}

/// <summary>One field that is changed.</summary>
public sealed record FeatureFieldChange
{
    /// <summary>Its place, as <c>features.conv_rate.type</c>; items of lists by their names.</summary>
    public required string Path { get; init; }

    /// <summary>The value before; absent when there was none.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The value after; absent when there is none.</summary>
    public JsonElement? After { get; init; }
}

/// <summary>Something that a change would break.</summary>
public sealed record FeatureBreak
{
    /// <summary><c>service</c>, <c>on_demand</c>, <c>model</c>, or <c>view</c> for rows pushed online only that would be left behind.</summary>
    public required string Kind { get; init; }

    /// <summary>What would break.</summary>
    public required string Name { get; init; }

    /// <summary>What it uses, as <c>driver_hourly:conv_rate</c> or the name of a service.</summary>
    public required string Uses { get; init; }

    /// <summary>What becomes of that.</summary>
    public required string Why { get; init; }
}

/// <summary>A view whose stored values have to be filled anew.</summary>
public sealed record FeatureBackfill
{
    /// <summary>The view.</summary>
    public required string View { get; init; }

    /// <summary>Its storage version afterwards.</summary>
    public required int StorageVersion { get; init; }

    /// <summary>Why the values that are stored do not serve.</summary>
    public required string Why { get; init; }

    /// <summary>Rows to read; absent when unknown.</summary>
    public long? Rows { get; init; }

    /// <summary>How long it will take; absent when unknown.</summary>
    public double? Seconds { get; init; }
}

/// <summary>A service that stays with an earlier version of a view.</summary>
public sealed record FeaturePin
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The view.</summary>
    public required string View { get; init; }

    /// <summary>The version that it stays with.</summary>
    public required int Version { get; init; }

    /// <summary>The view's newest version.</summary>
    public required int Newest { get; init; }
}

/// <summary>What an apply or rollback did.</summary>
[WritesEmptyLists]
public sealed record FeatureApply
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The revision afterwards.</summary>
    public required long Revision { get; init; }

    /// <summary>False when everything was so already.</summary>
    public required bool Changed { get; init; }

    /// <summary>What was done.</summary>
    public required FeaturePlan Plan { get; init; }
}

/// <summary>One revision of a project.</summary>
[WritesEmptyLists]
public sealed record FeatureRevision
{
    /// <summary>Its number, from 1.</summary>
    public required long Revision { get; init; }

    /// <summary>What was said about it.</summary>
    public string? Note { get; init; }

    /// <summary>Who applied it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>What it did; with fields when one revision is asked for.</summary>
    public IReadOnlyList<FeatureChange> Changes { get => field ?? []; init; }
}

/// <summary>One page of revisions, newest first.</summary>
[WritesEmptyLists]
public sealed record FeatureRevisionPage
{
    /// <summary>The revisions.</summary>
    public IReadOnlyList<FeatureRevision> Revisions { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>A request for features online, as Feast's server takes it.</summary>
[WritesEmptyLists]
public sealed record GetOnlineFeatures
{
    /// <summary>References, <c>view:feature</c> or <c>view@v2:feature</c>; a service counts before them.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Name of a feature service.</summary>
    public string? FeatureService { get; init; }

    /// <summary>By join key, and by request field of on-demand views: a value for each row.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Entities { get => field ?? Empty; init; }

    /// <summary>True for <c>view__feature</c> as names.</summary>
    public bool FullFeatureNames { get; init; }

    /// <summary>Seconds, <c>"none"</c>, or an object from views to one of them: what counts in place of the views' ttl. Absent for that.</summary>
    public JsonElement? Ttl { get; init; }

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Empty = new Dictionary<string, IReadOnlyList<JsonElement>>();
}

/// <summary>Features online: a column for each join key and feature.</summary>
[WritesEmptyLists]
public sealed record OnlineFeatures
{
    /// <summary>Columns, in the order of the names.</summary>
    public IReadOnlyList<OnlineColumn> Results { get => field ?? []; init; }

    /// <summary>What the columns are called.</summary>
    public OnlineMetadata Metadata { get => field ?? new(); init; }
}

/// <summary>One column.</summary>
[WritesEmptyLists]
public sealed record OnlineColumn
{
    /// <summary>A value for each row; null for none.</summary>
    public IReadOnlyList<JsonElement> Values { get => field ?? []; init; }

    /// <summary><c>PRESENT</c>, <c>NULL_VALUE</c>, <c>NOT_FOUND</c> or <c>OUTSIDE_MAX_AGE</c>, for each row.</summary>
    public IReadOnlyList<string> Statuses { get => field ?? []; init; }

    /// <summary>When each value's event was.</summary>
    public IReadOnlyList<DateTimeOffset> EventTimestamps { get => field ?? []; init; }
}

/// <summary>About the columns.</summary>
[WritesEmptyLists]
public sealed record OnlineMetadata
{
    /// <summary>Join keys first, then features.</summary>
    public IReadOnlyList<string> FeatureNames { get => field ?? []; init; }
}

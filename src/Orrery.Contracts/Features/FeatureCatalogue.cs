namespace Orrery.Contracts;

/// <summary>A project in the catalogue.</summary>
public sealed record FeatureProjectInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Counts the applies.</summary>
    public required long Revision { get; init; }

    /// <summary>Feature views.</summary>
    public required int Views { get; init; }

    /// <summary>On-demand views.</summary>
    public required int OnDemandViews { get; init; }

    /// <summary>Features of both kinds of view.</summary>
    public required int Features { get; init; }

    /// <summary>Feature services.</summary>
    public required int Services { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long UpdatedAt { get; init; }
}

/// <summary>One page of projects, by name.</summary>
[WritesEmptyLists]
public sealed record FeatureProjectPage
{
    /// <summary>The projects.</summary>
    public IReadOnlyList<FeatureProjectInfo> Projects { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A view of either kind in the catalogue.</summary>
[WritesEmptyLists]
public sealed record FeatureViewInfo
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>view</c> or <c>on_demand</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The same for all its versions; what grants name.</summary>
    public required string Id { get; init; }

    /// <summary>Its newest version.</summary>
    public required int Version { get; init; }

    /// <summary>Of a feature view: the version whose stored values it reads.</summary>
    public int? StorageVersion { get; init; }

    /// <summary>Names of its entities; of an on-demand view, those of the views that it reads.</summary>
    public IReadOnlyList<string> Entities { get => field ?? []; init; }

    /// <summary>Columns of its key.</summary>
    public IReadOnlyList<JoinKeyDocument> JoinKeys { get => field ?? []; init; }

    /// <summary>Of a feature view: its source.</summary>
    public string? Source { get; init; }

    /// <summary>Of a feature view: whether it is served online.</summary>
    public bool? Online { get; init; }

    /// <summary>How long a value holds.</summary>
    public string? Ttl { get; init; }

    /// <summary>How old the newest data may be.</summary>
    public string? Freshness { get; init; }

    /// <summary>Its features.</summary>
    public IReadOnlyList<FeatureDocument> Features { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

/// <summary>One page of views of both kinds, by name.</summary>
[WritesEmptyLists]
public sealed record FeatureViewPage
{
    /// <summary>The views.</summary>
    public IReadOnlyList<FeatureViewInfo> Views { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A view with its history and who uses it.</summary>
[WritesEmptyLists]
public sealed record FeatureViewDetail
{
    /// <summary>As it stands.</summary>
    public required FeatureViewInfo View { get; init; }

    /// <summary>Its versions, newest first.</summary>
    public IReadOnlyList<FeatureVersionInfo> Versions { get => field ?? []; init; }

    /// <summary>Services that use it, with the version that each is pinned to.</summary>
    public IReadOnlyList<FeatureUser> Services { get => field ?? []; init; }

    /// <summary>On-demand views that read it.</summary>
    public IReadOnlyList<string> OnDemandViews { get => field ?? []; init; }
}

/// <summary>One version of a definition.</summary>
public sealed record FeatureVersionInfo
{
    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    /// <summary>The version whose stored values it reads.</summary>
    public required int StorageVersion { get; init; }

    /// <summary>The project's revision that brought it.</summary>
    public required long Revision { get; init; }

    /// <summary>True when this version says that it is gone.</summary>
    public bool? Removed { get; init; }

    /// <summary>Who applied it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }
}

/// <summary>A service that uses a view.</summary>
[WritesEmptyLists]
public sealed record FeatureUser
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The view's version that it is pinned to.</summary>
    public required int Version { get; init; }

    /// <summary>The features that it asks for.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }
}

/// <summary>One page of entities, by name.</summary>
[WritesEmptyLists]
public sealed record FeatureEntityPage
{
    /// <summary>The entities.</summary>
    public IReadOnlyList<EntityDocument> Entities { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>One page of sources, by name.</summary>
[WritesEmptyLists]
public sealed record FeatureSourcePage
{
    /// <summary>The sources.</summary>
    public IReadOnlyList<SourceDocument> Sources { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>One page of services, by name. Each projection has the version that it is pinned to.</summary>
[WritesEmptyLists]
public sealed record FeatureServicePage
{
    /// <summary>The services.</summary>
    public IReadOnlyList<FeatureServiceDocument> Services { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Something that a search found.</summary>
public sealed record FeatureFound
{
    /// <summary><c>view</c>, <c>on_demand</c>, <c>feature</c> or <c>service</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Its name; of a feature, <c>view:feature</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Of a feature: its type.</summary>
    public string? Type { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }
}

/// <summary>One page of what a search found, best first.</summary>
[WritesEmptyLists]
public sealed record FeatureSearchPage
{
    /// <summary>What was found.</summary>
    public IReadOnlyList<FeatureFound> Found { get => field ?? []; init; }

    /// <summary>Token of the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>How much a project's features are used.</summary>
[WritesEmptyLists]
public sealed record FeatureUsageReport
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Reads are counted over so many days, today among them.</summary>
    public required int Days { get; init; }

    /// <summary>All features of both kinds of view.</summary>
    public required int Features { get; init; }

    /// <summary>Those that a service uses.</summary>
    public required int Used { get; init; }

    /// <summary>Those that two services or more use.</summary>
    public required int Reused { get; init; }

    /// <summary>Reused of used, 0 to 1; absent when none is used.</summary>
    public double? ReuseRate { get; init; }

    /// <summary>Reads of services and single features, most first.</summary>
    public IReadOnlyList<FeatureReads> Reads { get => field ?? []; init; }
}

/// <summary>How often something was read.</summary>
public sealed record FeatureReads
{
    /// <summary><c>service</c> or <c>feature</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The service, or <c>view:feature</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Requests.</summary>
    public required long Reads { get; init; }
}

/// <summary>Features that no service uses and nobody read.</summary>
[WritesEmptyLists]
public sealed record UnusedFeatureList
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Nobody read them for so many days.</summary>
    public required int Days { get; init; }

    /// <summary>The features, each <c>view:feature</c>, by name.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }
}

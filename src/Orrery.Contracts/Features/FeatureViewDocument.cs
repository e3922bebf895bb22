namespace Orrery.Contracts;

/// <summary>A feature view: features of one source about one kind of entity (or one combination of entities).</summary>
public sealed record FeatureViewDocument
{
    /// <summary>Name, unique among views of both kinds in the project.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Names of entities; none for features of everything at once.</summary>
    public IReadOnlyList<string> Entities { get => field ?? []; init; }

    /// <summary>Name of the source.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary>The features.</summary>
    public IReadOnlyList<FeatureDocument> Features { get => field ?? []; init; }

    /// <summary>How long a value holds, as <c>30d</c>, <c>12h</c>, <c>1d 6h</c>; absent for ever.</summary>
    public string? Ttl { get; init; }

    /// <summary>Whether it is materialized and served online. Default true.</summary>
    public bool? Online { get; init; }

    /// <summary>How old the newest data may be before it counts as stale, as <c>2h</c>; absent for no target.</summary>
    public string? Freshness { get; init; }

    /// <summary>When it is materialized by itself; absent for on demand only.</summary>
    public MaterializationDocument? Materialization { get; init; }

    /// <summary>What its data must satisfy, besides the source's rules.</summary>
    public IReadOnlyList<QualityRuleDocument> Rules { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

/// <summary>One feature.</summary>
public sealed record FeatureDocument
{
    /// <summary>Name, unique in its view.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>
    /// <c>bool</c>, <c>int32</c>, <c>int64</c>, <c>float32</c>, <c>float64</c>, <c>string</c>, <c>bytes</c>, <c>unix_timestamp</c>, <c>uuid</c>,
    /// <c>decimal</c>, <c>json</c>, or <c>list&lt;...&gt;</c> of one of them; Feast's names (<c>Float32</c>, <c>INT64_LIST</c>, <c>Array(Int64)</c>) are known too.
    /// </summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>SQL expression that computes it (on-demand views only).</summary>
    public string? Expression { get; init; }

    /// <summary>True when it tells something about a person: it is shown to those with the right to restricted columns only.</summary>
    public bool? Pii { get; init; }

    /// <summary>True to show its values only to those with the right to restricted columns.</summary>
    public bool? Restricted { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

/// <summary>When a view is materialized by itself.</summary>
public sealed record MaterializationDocument
{
    /// <summary>Cron expression of five fields, UTC, as <c>0 * * * *</c>.</summary>
    public string? Schedule { get; init; }

    /// <summary>How late rows may come and still be picked up by an incremental run, as <c>2d</c>. Default <c>1h</c>.</summary>
    public string? Lateness { get; init; }
}

/// <summary>A view whose features are computed from other features and from the request.</summary>
public sealed record OnDemandViewDocument
{
    /// <summary>Name, unique among views of both kinds in the project.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The features it reads, each <c>view</c> (all of it) or <c>view:feature</c>.</summary>
    public IReadOnlyList<string> Inputs { get => field ?? []; init; }

    /// <summary>Values that come with the request.</summary>
    public IReadOnlyList<RequestFieldDocument> Request { get => field ?? []; init; }

    /// <summary>Its features, each with an expression over inputs, request fields and the features before it.</summary>
    public IReadOnlyList<FeatureDocument> Features { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

/// <summary>A value that comes with the request.</summary>
public sealed record RequestFieldDocument
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>A feature's type.</summary>
    public string Type { get => field ?? ""; init; }
}

/// <summary>What one model, or one version of it, asks for.</summary>
public sealed record FeatureServiceDocument
{
    /// <summary>Name, unique among services of the project.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Which features of which views.</summary>
    public IReadOnlyList<FeatureProjectionDocument> Features { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

/// <summary>Some features of one view, as a service uses them.</summary>
public sealed record FeatureProjectionDocument
{
    /// <summary>Name of a view of either kind.</summary>
    public string View { get => field ?? ""; init; }

    /// <summary>Version of the view; absent for the one that is current when the service is applied.</summary>
    public int? Version { get; init; }

    /// <summary>Names of its features; none for all.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    /// <summary>What the view is called in full feature names; absent for its own name.</summary>
    public string? As { get; init; }

    /// <summary>Join keys of the view that the request has under other names: from the view's to the request's.</summary>
    public IReadOnlyDictionary<string, string> JoinKeys { get => field ?? EntityDocument.EmptyTags; init; }
}

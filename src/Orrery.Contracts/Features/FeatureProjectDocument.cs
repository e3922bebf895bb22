namespace Orrery.Contracts;

/// <summary>The definitions of one project: what <c>features.yaml</c> holds and what <c>mlops features apply</c> sends.</summary>
public sealed record FeatureProjectDocument
{
    /// <summary>Name of the project, the scope of all names below: 1 to 63 lower-case letters, digits, underscores and hyphens. Default <c>default</c>.</summary>
    public string Project { get => field ?? "default"; init; }

    /// <summary>For people; up to 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>What features are about.</summary>
    public IReadOnlyList<EntityDocument> Entities { get => field ?? []; init; }

    /// <summary>Where values come from.</summary>
    public IReadOnlyList<SourceDocument> Sources { get => field ?? []; init; }

    /// <summary>Groups of features of one source and one kind of entity.</summary>
    public IReadOnlyList<FeatureViewDocument> FeatureViews { get => field ?? []; init; }

    /// <summary>Features computed from others at the time they are asked for.</summary>
    public IReadOnlyList<OnDemandViewDocument> OnDemandViews { get => field ?? []; init; }

    /// <summary>What models ask for.</summary>
    public IReadOnlyList<FeatureServiceDocument> FeatureServices { get => field ?? []; init; }
}

/// <summary>An entity: what features are about, as a customer, and the columns that tell one from another.</summary>
public sealed record EntityDocument
{
    /// <summary>Name, unique in the project.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>One or more columns; together they identify one entity.</summary>
    public IReadOnlyList<JoinKeyDocument> JoinKeys { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it: a name or an address.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EmptyTags; init; }

    internal static readonly IReadOnlyDictionary<string, string> EmptyTags = new Dictionary<string, string>();
}

/// <summary>One column of an entity's key.</summary>
public sealed record JoinKeyDocument
{
    /// <summary>Name of the column in requests and, unless a source maps it, in sources.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>One of <c>string</c>, <c>int32</c>, <c>int64</c>, <c>bytes</c>, <c>unix_timestamp</c>. Default <c>string</c>.</summary>
    public string Type { get => field ?? "string"; init; }
}

/// <summary>A source of feature values.</summary>
public sealed record SourceDocument
{
    /// <summary>Name, unique in the project.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>file</c>, <c>table</c>, <c>query</c> or <c>push</c>.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>Of a file source: a path or glob below the workspace's files (<c>telco/*.parquet</c>), or <c>file:///...</c> or <c>s3://bucket/...</c> where the server allows it.</summary>
    public string? Path { get; init; }

    /// <summary>Of a file source: <c>parquet</c> or <c>csv</c>; absent to tell by the path's ending.</summary>
    public string? Format { get; init; }

    /// <summary>Of a CSV file source: texts that stand for no value, besides the empty one, as <c>NA</c>.</summary>
    public IReadOnlyList<string> NullValues { get => field ?? []; init; }

    /// <summary>Of a table or query source: name of a warehouse in the server's configuration; absent for the workspace's own embedded one.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Of a table source: <c>schema.table</c> or <c>table</c>.</summary>
    public string? Table { get; init; }

    /// <summary>Of a query source: one <c>select</c>.</summary>
    public string? Query { get; init; }

    /// <summary>Of a push source: another source that holds its history; absent to keep what is pushed in the workspace's own warehouse.</summary>
    public string? Batch { get; init; }

    /// <summary>Column with the time that a row's values hold from. Default <c>event_timestamp</c>.</summary>
    public string TimestampColumn { get => field ?? "event_timestamp"; init; }

    /// <summary>Column with the time that a row became known; absent when there is none.</summary>
    public string? CreatedColumn { get; init; }

    /// <summary>Columns of the source that features and keys know under other names: from the source's to theirs.</summary>
    public IReadOnlyDictionary<string, string> FieldMapping { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary>What its data must satisfy.</summary>
    public IReadOnlyList<QualityRuleDocument> Rules { get => field ?? []; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get => field ?? EntityDocument.EmptyTags; init; }
}

namespace Orrery.Contracts;

/// <summary>What a training set was made of: enough to make it again, here or elsewhere, and to say why it came out otherwise.</summary>
public sealed record TrainingSetManifest
{
    /// <summary>Version of this document.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Of the training set.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>As its maker called it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Of the project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>Revision of the project's definitions.</summary>
    public long Revision { get; init; }

    /// <summary>Only values that were known at the entity rows' times.</summary>
    public bool KnownAt { get; init; }

    /// <summary>Column with the times of the entity rows.</summary>
    public string TimestampColumn { get => field ?? ""; init; }

    /// <summary>Features are called <c>view__feature</c>.</summary>
    public bool FullFeatureNames { get; init; }

    /// <summary>The service that was asked for; absent for single features.</summary>
    public string? FeatureService { get; init; }

    /// <summary>Entity rows that the sources gave; absent for rows that came with the request.</summary>
    public TrainingSetRange? Range { get; init; }

    /// <summary>The entity rows that came with the request; absent for a range.</summary>
    public TrainingSetEntityRows? Entities { get; init; }

    /// <summary>Views, and which of their features.</summary>
    public IReadOnlyList<TrainingSetProjection> Projections { get => field ?? []; init; }

    /// <summary>Definitions as they were.</summary>
    public IReadOnlyList<TrainingSetDefinition> Definitions { get => field ?? []; init; }

    /// <summary>What the sources held.</summary>
    public IReadOnlyList<TrainingSetSource> Sources { get => field ?? []; init; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<TrainingSetColumn> Columns { get => field ?? []; init; }

    /// <summary>Columns that were restricted, or computed of such; absent where nobody wrote them down.</summary>
    public IReadOnlyList<string>? RestrictedColumns { get; init; }

    /// <summary>The rules that left rows out; absent where none did.</summary>
    public IReadOnlyList<TrainingSetRule>? Rules { get; init; }

    /// <summary>What the rules said of the rows that were read; absent where none were asked.</summary>
    public IReadOnlyList<TrainingSetQuality>? Quality { get; init; }

    /// <summary>Why values may be others than were known at the entity rows' times; absent for no reason.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Rows of the set.</summary>
    public long RowCount { get; init; }

    /// <summary>Entity rows that were left out, of subjects who had opted out of training; absent for none.</summary>
    public long? OptedOutRows { get; init; }

    /// <summary>SHA-256 of the rows, whatever their order in files.</summary>
    public string ContentHash { get => field ?? ""; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Entity rows that the sources gave.</summary>
/// <param name="Mode">Which of them.</param>
/// <param name="Start">Microseconds since 1970 UTC, inclusive.</param>
/// <param name="End">Microseconds since 1970 UTC, inclusive.</param>
public sealed record TrainingSetRange(string Mode, long Start, long End);

/// <summary>Entity rows that came with a request.</summary>
/// <param name="BlobKey">Where the server that made the set keeps them.</param>
/// <param name="Format"><c>json</c>, <c>csv</c> or <c>parquet</c>.</param>
/// <param name="Sha256">Of the file.</param>
public sealed record TrainingSetEntityRows(string BlobKey, string Format, string Sha256);

/// <summary>Some features of one version of a view.</summary>
/// <param name="View">Name of the view.</param>
/// <param name="Version">Of the view.</param>
/// <param name="OnDemand">It is computed.</param>
/// <param name="Alias">As it is called in this set.</param>
/// <param name="Features">Names.</param>
/// <param name="JoinKeys">Names of columns by the names of the view's join keys.</param>
public sealed record TrainingSetProjection(string View, int Version, bool OnDemand, string Alias, IReadOnlyList<string> Features, IReadOnlyDictionary<string, string> JoinKeys);

/// <summary>One version of a definition.</summary>
/// <param name="Kind">What it defines.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its document.</param>
public sealed record TrainingSetDefinition(string Kind, string Name, int Version, string Hash);

/// <summary>What a source held.</summary>
public sealed record TrainingSetSource
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Kind of source.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Files, of sources of files.</summary>
    public IReadOnlyList<TrainingSetFile> Files { get => field ?? []; init; }

    /// <summary>The last push, of push sources.</summary>
    public long? Sequence { get; init; }

    /// <summary>Name of the warehouse, of tables.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Rows that were read, of tables.</summary>
    public long? Rows { get; init; }

    /// <summary>Of the rows, of tables.</summary>
    public string? Hash { get; init; }
}

/// <summary>One file of a source.</summary>
/// <param name="Path">As the source names it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record TrainingSetFile(string Path, long Size, string Sha256);

/// <summary>A column of a training set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of the feature; absent for entity columns.</param>
public sealed record TrainingSetColumn(string Name, string? Type);

/// <summary>A rule that left rows of a view out.</summary>
/// <param name="View">Name of the view.</param>
/// <param name="Version">Of the view.</param>
/// <param name="Of">Where the rule stands: <c>source</c> or <c>view</c>.</param>
/// <param name="Rule">As it stands there.</param>
public sealed record TrainingSetRule(string View, int Version, string Of, QualityRuleDocument Rule);

/// <summary>What the rules of a view and its source said.</summary>
[WritesEmptyLists]
public sealed record TrainingSetQuality
{
    /// <summary>Of the whole report.</summary>
    public string CheckId { get => field ?? ""; init; }

    /// <summary>Name of the view; absent for rules of a source.</summary>
    public string? View { get; init; }

    /// <summary>Name of the source that was read.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary><c>passed</c>, <c>warned</c> or <c>quarantined</c>.</summary>
    public string Outcome { get => field ?? ""; init; }

    /// <summary>That were read.</summary>
    public long Rows { get; init; }

    /// <summary>Of these, rows that were not used.</summary>
    public long LeftOut { get; init; }

    /// <summary>Rules that are broken.</summary>
    public IReadOnlyList<TrainingSetBrokenRule> Broken { get => field ?? []; init; }
}

/// <summary>A broken rule.</summary>
/// <param name="Rule">What it expects.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="UnexpectedCount">Rows that break it.</param>
/// <param name="Observed">What was measured, of rules on the whole table.</param>
/// <param name="Error">Why it could not be asked; absent when it could.</param>
public sealed record TrainingSetBrokenRule(string Rule, string? Severity, long? UnexpectedCount, string? Observed, string? Error);

using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>What a training set was made of: enough to make it again, here or elsewhere, and to say why it came out otherwise.</summary>
internal sealed record Manifest
{
    /// <summary>Version of this document.</summary>
    public int Format { get; init; } = 1;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Project { get; init; }

    public required long Revision { get; init; }

    public required bool KnownAt { get; init; }

    public required string TimestampColumn { get; init; }

    public required bool FullFeatureNames { get; init; }

    /// <summary>The service that was asked for; null for single features.</summary>
    public string? FeatureService { get; init; }

    /// <summary>Entity rows that the sources gave; null for rows that came with the request.</summary>
    public ManifestRange? Range { get; init; }

    /// <summary>The entity rows that came with the request; null for a range.</summary>
    public ManifestEntities? Entities { get; init; }

    public required IReadOnlyList<ManifestProjection> Projections { get; init; }

    public required IReadOnlyList<ManifestDefinition> Definitions { get; init; }

    public required IReadOnlyList<ManifestSource> Sources { get; init; }

    public required IReadOnlyList<ManifestColumn> Columns { get; init; }

    /// <summary>Names of the columns that were restricted, or computed of such; null in manifests of servers that did not write them down.</summary>
    public IReadOnlyList<string>? RestrictedColumns { get; init; }

    /// <summary>The rules that left rows out; null in manifests of servers that left none out, which are made again without.</summary>
    public IReadOnlyList<ManifestRule>? Rules { get; init; }

    /// <summary>What the rules said of the rows that were read; null where none were asked.</summary>
    public IReadOnlyList<ManifestQuality>? Quality { get; init; }

    /// <summary>Why values may be others than were known at the entity rows' times; null for no reason.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    public required long RowCount { get; init; }

    /// <summary>Entity rows that were left out, of subjects who had opted out of training; null for none.</summary>
    public long? OptedOutRows { get; init; }

    /// <summary>See <see cref="ContentHash"/>.</summary>
    public required string ContentHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>With the place where this server keeps the entity rows now.</summary>
    public Manifest With(TrainingSetEntities? entities) => Entities is null || entities is null ? this : this with { Entities = Entities with { BlobKey = entities.BlobKey } };
}

/// <summary>Microseconds since 1970 UTC, both inclusive.</summary>
internal sealed record ManifestRange(string Mode, long Start, long End);

/// <summary>Entity rows that came with the request.</summary>
/// <param name="BlobKey">Where this server keeps them.</param>
/// <param name="Format">json, csv or parquet.</param>
/// <param name="Sha256">Of the file.</param>
internal sealed record ManifestEntities(string BlobKey, string Format, string Sha256);

/// <summary>Some features of one version of a view.</summary>
internal sealed record ManifestProjection(string View, int Version, bool OnDemand, string Alias, IReadOnlyList<string> Features, IReadOnlyDictionary<string, string> JoinKeys);

/// <summary>One version of a definition, with the SHA-256 of its document.</summary>
internal sealed record ManifestDefinition(string Kind, string Name, int Version, string Hash);

/// <summary>What a source held.</summary>
internal sealed record ManifestSource(string Name, string Kind)
{
    public IReadOnlyList<ManifestFile> Files { get => field ?? []; init; }

    public long? Sequence { get; init; }

    public string? Warehouse { get; init; }

    public long? Rows { get; init; }

    public string? Hash { get; init; }
}

/// <summary>One file of a source.</summary>
internal sealed record ManifestFile(string Path, long Size, string Sha256);

/// <summary>A column of the set; the type of entity columns is absent.</summary>
internal sealed record ManifestColumn(string Name, string? Type);

/// <summary>A rule that left rows of a view out.</summary>
/// <param name="View">Name of the view.</param>
/// <param name="Version">Of the view.</param>
/// <param name="Of">Where the rule stands: source or view.</param>
/// <param name="Rule">As it stands there.</param>
internal sealed record ManifestRule(string View, int Version, string Of, QualityRuleDocument Rule);

/// <summary>What the rules of a view and its source said.</summary>
/// <param name="CheckId">Of the whole report.</param>
/// <param name="View">Name of the view.</param>
/// <param name="Source">Name of the source that was read.</param>
/// <param name="Outcome">passed, warned or quarantined.</param>
/// <param name="Rows">That were read.</param>
/// <param name="LeftOut">Of these, rows that were not used.</param>
/// <param name="Broken">Rules that are broken.</param>
internal sealed record ManifestQuality(string CheckId, string? View, string Source, string Outcome, long Rows, long LeftOut, IReadOnlyList<ManifestBroken> Broken);

/// <summary>A broken rule: in how many rows, or what was measured, or why it could not be asked.</summary>
internal sealed record ManifestBroken(string Rule, string? Severity, long? UnexpectedCount, string? Observed, string? Error);

/// <summary>What reproducing gave.</summary>
internal sealed record Reproduction(bool Equal, string Expected, string ContentHash, long RowCount, IReadOnlyList<string> Differences);

/// <summary>What a job reproduces.</summary>
internal sealed record ReproductionWork(Manifest Manifest, string? Entities);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ManifestSource))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<ManifestQuality>))]
[JsonSerializable(typeof(Reproduction))]
[JsonSerializable(typeof(ReproductionWork))]
internal sealed partial class ManifestJson : JsonSerializerContext;

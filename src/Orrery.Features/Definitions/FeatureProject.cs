using System.Collections.Frozen;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// One project's definitions as they stand at one revision, checked and compiled. Immutable and shared between requests; made by
/// <c>ProjectCompiler</c> and found through <c>Projects</c>.
/// </summary>
internal sealed class FeatureProject
{
    public required WorkspaceId Workspace { get; init; }

    /// <summary>Name of the workspace, for file paths and records.</summary>
    public required string WorkspaceName { get; init; }

    public required string Name { get; init; }

    /// <summary>Counts the applies; what an optimistic change is held against.</summary>
    public required long Revision { get; init; }

    public required FrozenDictionary<string, FeatureEntity> Entities { get; init; }

    public required FrozenDictionary<string, FeatureSource> Sources { get; init; }

    /// <summary>The current version of each view.</summary>
    public required FrozenDictionary<string, FeatureView> Views { get; init; }

    /// <summary>Every version that is kept, the current ones among them.</summary>
    public required FrozenDictionary<(string Name, int Version), FeatureView> ViewVersions { get; init; }

    /// <summary>The current version of each on-demand view.</summary>
    public required FrozenDictionary<string, OnDemandView> OnDemandViews { get; init; }

    /// <summary>Every version of on-demand views that is kept.</summary>
    public required FrozenDictionary<(string Name, int Version), OnDemandView> OnDemandVersions { get; init; }

    public required FrozenDictionary<string, FeatureService> Services { get; init; }

    /// <summary>
    /// The views whose values must be online: the current version of each, and those that services are pinned to where their stored values are
    /// others. By name, the current version first.
    /// </summary>
    public IEnumerable<FeatureView> ServedViews()
    {
        var pinned = Services.Values.SelectMany(static service => service.Projections)
            .SelectMany(static projection => projection.View is { } view ? [view] : projection.OnDemand!.Inputs.Select(static input => input.View));
        return Views.Values.Concat(pinned).Where(static view => view.IsOnline)
            .DistinctBy(static view => (view.Id, view.StorageVersion))
            .OrderBy(static view => view.Name, StringComparer.Ordinal).ThenByDescending(static view => view.Version);
    }

    /// <summary>A view; of a version, or the current one.</summary>
    public FeatureView? FindView(string name, int? version) =>
        version is { } number ? ViewVersions.GetValueOrDefault((name, number)) : Views.GetValueOrDefault(name);

    /// <summary>An on-demand view; of a version, or the current one.</summary>
    public OnDemandView? FindOnDemand(string name, int? version) =>
        version is { } number ? OnDemandVersions.GetValueOrDefault((name, number)) : OnDemandViews.GetValueOrDefault(name);
}

/// <summary>One column of a key.</summary>
internal sealed record JoinKey(string Name, FeatureType Type);

/// <summary>An entity.</summary>
internal sealed class FeatureEntity
{
    public required string Name { get; init; }

    public required IReadOnlyList<JoinKey> JoinKeys { get; init; }

    public required EntityDocument Document { get; init; }
}

/// <summary>What kind of source it is.</summary>
internal enum SourceKind
{
    File,
    Table,
    Query,
    Push,
}

/// <summary>A source.</summary>
internal sealed class FeatureSource
{
    public required string Name { get; init; }

    public required SourceKind Kind { get; init; }

    public required SourceDocument Document { get; init; }

    /// <summary>Column of the event time, by the source's own name.</summary>
    public required string TimestampColumn { get; init; }

    /// <summary>Column of the created time, by the source's own name; null for none.</summary>
    public string? CreatedColumn { get; init; }

    /// <summary>From a key's or feature's column name to the source's own, where they differ (the document's mapping, turned round).</summary>
    public required FrozenDictionary<string, string> ColumnOf { get; init; }

    /// <summary>What its data must satisfy.</summary>
    public IReadOnlyList<QualityRule> Rules { get; init; } = [];

    /// <summary>Of a push source: where its history is; null when that is its own table of the embedded warehouse.</summary>
    public FeatureSource? Batch { get; init; }

    /// <summary>What is read for training and materialization: of a push source that names one, the source of its history; else itself.</summary>
    public FeatureSource History => Batch ?? this;

    /// <summary>The source's own name of a key's or feature's column.</summary>
    public string Column(string name) => ColumnOf.GetValueOrDefault(name, name);
}

/// <summary>A feature of a view.</summary>
internal sealed record FeatureField(string Name, FeatureType Type)
{
    /// <summary>Shown only to those with the right to restricted columns.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Tells something about a person.</summary>
    public bool IsPii { get; init; }
}

/// <summary>One version of a feature view.</summary>
internal sealed class FeatureView
{
    /// <summary>The same for all versions; what grants name.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    /// <summary>
    /// The version whose stored values this one reads: it grows only when keys, source or features change in a way that makes stored rows
    /// unreadable or untrue, so that a new description or ttl needs no backfill.
    /// </summary>
    public required int StorageVersion { get; init; }

    /// <summary>Columns of the key: those of all its entities, in the order of definition. Empty for a view without entities.</summary>
    public required IReadOnlyList<JoinKey> Keys { get; init; }

    public required FeatureSource Source { get; init; }

    /// <summary>In the order of definition; stored rows have them in this order.</summary>
    public required IReadOnlyList<FeatureField> Fields { get; init; }

    /// <summary>From a feature's name to its place in <see cref="Fields"/>.</summary>
    public required FrozenDictionary<string, int> FieldIndex { get; init; }

    /// <summary>How long a value holds; null for ever.</summary>
    public TimeSpan? Ttl { get; init; }

    public required bool IsOnline { get; init; }

    /// <summary>How old the newest data may be; null for no target.</summary>
    public TimeSpan? Freshness { get; init; }

    /// <summary>Cron expression, UTC; null for on demand only.</summary>
    public string? Schedule { get; init; }

    /// <summary>How late rows may come.</summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>What its data must satisfy, besides its source's rules.</summary>
    public IReadOnlyList<QualityRule> Rules { get; init; } = [];

    public required FeatureViewDocument Document { get; init; }

    /// <summary>Name with version, as references write it.</summary>
    public string NameWithVersion => $"{Name}@v{Version}";
}

/// <summary>One version of an on-demand view.</summary>
internal sealed class OnDemandView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required int Version { get; init; }

    /// <summary>What it reads from views, in the order of definition. Expressions name these columns by the feature's name, or <c>view__feature</c>.</summary>
    public required IReadOnlyList<OnDemandInput> Inputs { get; init; }

    /// <summary>What it reads from the request.</summary>
    public required IReadOnlyList<FeatureField> Request { get; init; }

    /// <summary>Its features.</summary>
    public required IReadOnlyList<FeatureField> Fields { get; init; }

    public required FrozenDictionary<string, int> FieldIndex { get; init; }

    /// <summary>Compiled expressions, one for each of <see cref="Fields"/>, over inputs, then request fields, then the fields before it.</summary>
    public required IReadOnlyList<Expression> Expressions { get; init; }

    public required OnDemandViewDocument Document { get; init; }
}

/// <summary>One feature that an on-demand view reads.</summary>
internal sealed record OnDemandInput(FeatureView View, int Field)
{
    public string Name => View.Fields[Field].Name;

    public FeatureType Type => View.Fields[Field].Type;
}

/// <summary>A feature service.</summary>
internal sealed class FeatureService
{
    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    public required IReadOnlyList<FeatureProjection> Projections { get; init; }

    public required FeatureServiceDocument Document { get; init; }
}

/// <summary>Some features of one view. Exactly one of the two views is set.</summary>
internal sealed class FeatureProjection
{
    public FeatureView? View { get; init; }

    public OnDemandView? OnDemand { get; init; }

    /// <summary>Places in the view's fields, in the order asked for.</summary>
    public required IReadOnlyList<int> Fields { get; init; }

    /// <summary>What full feature names begin with: the alias, the view's name, or <c>view@v2</c> when a request names a version.</summary>
    public required string Alias { get; init; }

    /// <summary>From the view's join key to the request's column, where they differ.</summary>
    public FrozenDictionary<string, string> JoinKeyMap { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The request's column for a join key of the view.</summary>
    public string RequestColumn(string joinKey) => JoinKeyMap.GetValueOrDefault(joinKey, joinKey);
}

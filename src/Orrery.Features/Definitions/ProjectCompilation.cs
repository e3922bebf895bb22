using System.Collections.Frozen;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>One run of the compiler: every version once, each against what stood beside it while it was the newest.</summary>
internal sealed class ProjectCompilation(DefinitionSet definitions, CompileFaults faults)
{
    private readonly Dictionary<DefinitionVersion, FeatureEntity?> _entities = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<((string Name, int Version) Source, (string Name, int Version)? Batch), FeatureSource?> _sources = [];
    private readonly Dictionary<(string Name, int Version), FeatureView?> _views = [];
    private readonly Dictionary<(string Name, int Version), OnDemandView?> _onDemand = [];

    // Faults of versions that are the newest no more; nobody can mend them.
    private readonly CompileFaults _old = new();

    public FeatureProject Run(WorkspaceId workspace, string workspaceName, string name, long revision)
    {
        var entities = definitions.Current(DefinitionKind.Entity).Select(Entity).OfType<FeatureEntity>().ToFrozenDictionary(static one => one.Name);
        var sources = definitions.Current(DefinitionKind.Source).Select(version => Source(version, long.MaxValue)).OfType<FeatureSource>().ToFrozenDictionary(static one => one.Name);
        foreach (var version in Versions(DefinitionKind.View))
            View(version);
        foreach (var version in Versions(DefinitionKind.OnDemand))
            OnDemand(version);
        return new()
        {
            Workspace = workspace,
            WorkspaceName = workspaceName,
            Name = name,
            Revision = revision,
            Entities = entities,
            Sources = sources,
            Views = Current(DefinitionKind.View, _views),
            ViewVersions = Kept(_views),
            OnDemandViews = Current(DefinitionKind.OnDemand, _onDemand),
            OnDemandVersions = Kept(_onDemand),
            Services = definitions.Current(DefinitionKind.Service).Select(version => ServiceCompiler.Compile(version, Find, FaultsOf(version)))
                .OfType<FeatureService>().ToFrozenDictionary(static one => one.Name),
        };
    }

    private IEnumerable<DefinitionVersion> Versions(DefinitionKind kind) =>
        definitions.All.Where(one => one.Key.Kind == kind).SelectMany(static one => one.Value).Where(static version => !version.IsRemoved);

    private FrozenDictionary<string, T> Current<T>(DefinitionKind kind, Dictionary<(string Name, int Version), T?> compiled)
        where T : class => definitions.Current(kind)
            .Select(version => (version.Name, Compiled: compiled[(version.Name, version.Version)]))
            .Where(static one => one.Compiled is not null)
            .ToFrozenDictionary(static one => one.Name, static one => one.Compiled!);

    private static FrozenDictionary<(string Name, int Version), T> Kept<T>(Dictionary<(string Name, int Version), T?> compiled)
        where T : class => compiled.Where(static one => one.Value is not null).ToFrozenDictionary(static one => one.Key, static one => one.Value!);

    private FeatureEntity? Entity(DefinitionVersion version)
    {
        if (!_entities.TryGetValue(version, out var entity))
            _entities[version] = entity = EntityCompiler.Compile(version, FaultsOf(version));
        return entity;
    }

    private FeatureSource? Source(DefinitionVersion version, long revision)
    {
        var named = version.Source.Type == "push" ? version.Source.Batch : null;
        var batch = named is null ? null : definitions.At(DefinitionKind.Source, named, revision);
        var key = ((version.Name, version.Version), batch is null ? ((string, int)?)null : (batch.Name, batch.Version));
        if (_sources.TryGetValue(key, out var source))
            return source;
        if (named is not null && batch is null)
            FaultsOf(version).Add(version.Path + ".batch", $"is '{DefinitionNames.Clip(named)}', which is not among the sources");
        else if (batch?.Source.Type == "push")
            FaultsOf(version).Add(version.Path + ".batch", $"is '{named}', a push source itself; name a file, table or query source");
        var history = batch is null || batch.Source.Type == "push" ? null : Source(batch, revision);
        return _sources[key] = SourceCompiler.Compile(version, history, FaultsOf(version));
    }

    private FeatureView? View(DefinitionVersion version)
    {
        if (_views.TryGetValue((version.Name, version.Version), out var view))
            return view;
        var at = definitions.LastRevision(version);
        return _views[(version.Name, version.Version)] = ViewCompiler.Compile(
            version,
            name => definitions.At(DefinitionKind.Entity, name, at) is { } entity ? (Entity(entity), true) : (null, false),
            name => definitions.At(DefinitionKind.Source, name, at) is { } source ? (Source(source, at), true) : (null, false),
            FaultsOf(version),
            MarkedNow(version));
    }

    // What is marked today is so in earlier versions, too, which services and requests may still name.
    private HashSet<string> MarkedNow(DefinitionVersion version) =>
    [
        .. definitions.All[(version.Kind, version.Name)].FindLast(static one => !one.IsRemoved)!.View.Features
            .Where(static feature => feature.Pii is true || feature.Restricted is true).Select(static feature => feature.Name),
    ];

    private OnDemandView? OnDemand(DefinitionVersion version)
    {
        if (_onDemand.TryGetValue((version.Name, version.Version), out var view))
            return view;
        var at = definitions.LastRevision(version);
        return _onDemand[(version.Name, version.Version)] = OnDemandCompiler.Compile(
            version, name => definitions.At(DefinitionKind.View, name, at) is { } input ? (View(input), true) : (null, false), FaultsOf(version));
    }

    private FoundView Find(string name, int? version)
    {
        var kinds = definitions.Find(DefinitionKind.View, name) is null && definitions.Find(DefinitionKind.OnDemand, name) is not null
            ? new[] { DefinitionKind.OnDemand, DefinitionKind.View }
            : [DefinitionKind.View, DefinitionKind.OnDemand];
        foreach (var kind in kinds)
        {
            // A version of what is gone is not to be had.
            var found = version is null || definitions.Find(kind, name) is null
                ? definitions.Find(kind, name)
                : definitions.All.GetValueOrDefault((kind, name))?.Find(one => one.Version == version && !one.IsRemoved);
            if (found is not null)
                return new(kind is DefinitionKind.View ? View(found) : null, kind is DefinitionKind.OnDemand ? OnDemand(found) : null, IsDefined: true, IsNamed: true);
        }

        return new(null, null, IsDefined: false, IsNamed: kinds.Any(kind => definitions.Newest(kind, name) is not null));
    }

    private CompileFaults FaultsOf(DefinitionVersion version) => definitions.LastRevision(version) == long.MaxValue ? faults : _old;
}

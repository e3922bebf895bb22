using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>The versions that a document makes of a project's definitions, before and after it is known how they hang together.</summary>
internal sealed class ProjectDraft
{
    private readonly ProjectState _before;
    private readonly Dictionary<(DefinitionKind Kind, string Name), DefinitionVersion> _standing = [];
    private readonly Dictionary<(DefinitionKind Kind, string Name), DefinitionVersion> _new = [];
    private readonly Dictionary<(DefinitionKind Kind, string Name), string> _reasons = [];
    private readonly DateTimeOffset _now;

    public ProjectDraft(ProjectState before, FeatureProjectDocument document, bool repin, DateTimeOffset now)
    {
        _before = before;
        _now = now;
        foreach (var kind in DefinitionKinds.All)
        {
            var items = DocumentRules.Items(document, kind);
            for (var at = 0; at < items.Count; at++)
                Take(kind, items[at], $"{kind.List()}[{at}]");
            foreach (var gone in before.Definitions.Current(kind).Where(one => !_standing.ContainsKey((kind, one.Name))))
                _new[(kind, gone.Name)] = gone with { Version = gone.Version + 1, StorageVersion = gone.Version + 1, Revision = Revision, Document = null, Pins = [] };
        }

        foreach (var service in _standing.Values.Where(static one => one.Kind is DefinitionKind.Service).ToList())
            Replace(service with { Pins = Inherited(service, repin) });
    }

    /// <summary>The project's revision afterwards.</summary>
    public long Revision => _before.Revision + 1;

    /// <summary>The versions to write, in the order in which they depend on each other.</summary>
    public IReadOnlyList<DefinitionVersion> New => [.. _new.Values.OrderBy(static one => one.Kind).ThenBy(static one => one.Name, StringComparer.Ordinal)];

    /// <summary>Everything with its history.</summary>
    public DefinitionSet Definitions() => new(_before.Definitions.All.Values.SelectMany(static versions => versions)
        .Where(version => !_standing.TryGetValue((version.Kind, version.Name), out var standing) || standing.Version != version.Version)
        .Concat(_standing.Values)
        .Concat(_new.Values.Where(static version => version.IsRemoved)));

    /// <summary>Why a definition has a new version although its text is the same; null otherwise.</summary>
    public string? Reason(DefinitionVersion version) => _reasons.GetValueOrDefault((version.Kind, version.Name));

    /// <summary>Gives views and services the versions that follow from what they depend on.</summary>
    /// <param name="compiled">The draft as it stands, compiled.</param>
    public void Settle(FeatureProject compiled)
    {
        foreach (var view in compiled.Views.Values)
            Settle(view);
        foreach (var view in compiled.OnDemandViews.Values)
            Settle(view);
        foreach (var service in _standing.Values.Where(static one => one.Kind is DefinitionKind.Service).ToList())
            Pin(service);
    }

    private void Settle(FeatureView view)
    {
        var key = (DefinitionKind.View, view.Name);
        if (_before.Compiled.Views.GetValueOrDefault(view.Name) is not { } old)
            return;
        if (StorageSignature.Difference(old, view) is not { } reason)
            Replace(_standing[key] with { StorageVersion = old.StorageVersion });
        else if (_new.ContainsKey(key))
            _reasons[key] = reason;
        else
            Renew(key, reason);
    }

    private void Settle(OnDemandView view)
    {
        var key = (DefinitionKind.OnDemand, view.Name);
        if (_new.ContainsKey(key) || _before.Compiled.OnDemandViews.GetValueOrDefault(view.Name) is not { } old)
            return;
        var isSame = old.Inputs.Count == view.Inputs.Count && old.Inputs.Zip(view.Inputs).All(static pair =>
            pair.First.View.Id == pair.Second.View.Id && pair.First.Name == pair.Second.Name
            && StorageSignature.OfValues(pair.First.View) == StorageSignature.OfValues(pair.Second.View));
        if (!isSame)
            Renew(key, "a view that it reads changes");
    }

    private void Take(DefinitionKind kind, DefinitionHead item, string path)
    {
        var key = (kind, item.Name);
        var newest = _before.Definitions.Newest(kind, item.Name);
        if (newest is { IsRemoved: false } && DefinitionDiff.AreSame(newest.Document!, item.Document))
        {
            _standing.TryAdd(key, newest with { Path = path });
            return;
        }

        var number = (newest?.Version ?? 0) + 1;
        var version = new DefinitionVersion(kind, item.Name, number, newest?.ObjectId ?? Guid.CreateVersion7(_now).ToString("D"), number, Revision, item.Document) { Path = path };
        if (_standing.TryAdd(key, version))
            _new.Add(key, version);
    }

    /// <summary>What a service stays pinned to: what it was pinned to, while its own text is the same and the views are those of then.</summary>
    private List<int> Inherited(DefinitionVersion service, bool repin)
    {
        var old = _new.ContainsKey((service.Kind, service.Name)) || repin ? null : _before.Compiled.Services.GetValueOrDefault(service.Name);
        return [.. service.Service.Features.Select((asked, at) => asked.Version
            ?? (old?.Projections[at] is { } projection && (projection.View?.Id ?? projection.OnDemand!.Id) == Standing(asked.View)?.ObjectId ? service.Pins[at] : 0))];
    }

    private void Pin(DefinitionVersion service)
    {
        var pins = service.Pins.Select((pin, at) => pin > 0 ? pin : Standing(service.Service.Features[at].View)!.Version).ToList();
        var before = _before.Definitions.Find(service.Kind, service.Name);
        Replace(service with { Pins = pins });
        if (!_new.ContainsKey((service.Kind, service.Name)) && before is not null && !before.Pins.SequenceEqual(pins))
            Renew((service.Kind, service.Name), "it takes the newest versions of its views");
    }

    private DefinitionVersion? Standing(string view) =>
        _standing.GetValueOrDefault((DefinitionKind.View, view)) ?? _standing.GetValueOrDefault((DefinitionKind.OnDemand, view));

    private void Renew((DefinitionKind Kind, string Name) key, string reason)
    {
        var old = _standing[key];
        _standing[key] = _new[key] = old with { Version = old.Version + 1, StorageVersion = old.Version + 1, Revision = Revision };
        _reasons[key] = reason;
    }

    private void Replace(DefinitionVersion version)
    {
        var key = (version.Kind, version.Name);
        _standing[key] = version;
        if (_new.ContainsKey(key))
            _new[key] = version;
    }
}

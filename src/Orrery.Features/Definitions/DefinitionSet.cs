namespace Orrery.Features;

/// <summary>All versions of a project's objects, and which of them held when.</summary>
internal sealed class DefinitionSet
{
    private readonly Dictionary<(DefinitionKind Kind, string Name), List<DefinitionVersion>> _versions = [];

    /// <summary>Versions in any order.</summary>
    public DefinitionSet(IEnumerable<DefinitionVersion> versions)
    {
        foreach (var version in versions)
            Add(version);
        foreach (var list in _versions.Values)
            list.Sort(static (one, other) => one.Version.CompareTo(other.Version));
    }

    /// <summary>Objects by kind and name, with their versions in order.</summary>
    public IReadOnlyDictionary<(DefinitionKind Kind, string Name), List<DefinitionVersion>> All => _versions;

    /// <summary>What stands now, in the order of name.</summary>
    public IEnumerable<DefinitionVersion> Current(DefinitionKind kind) => _versions
        .Where(one => one.Key.Kind == kind && !one.Value[^1].IsRemoved)
        .Select(static one => one.Value[^1])
        .OrderBy(static one => one.Name, StringComparer.Ordinal);

    /// <summary>Its newest version, even when that says that it is gone; null when there was never one.</summary>
    public DefinitionVersion? Newest(DefinitionKind kind, string name) => _versions.GetValueOrDefault((kind, name))?[^1];

    /// <summary>What stands now under a name; null for nothing.</summary>
    public DefinitionVersion? Find(DefinitionKind kind, string name) => At(kind, name, long.MaxValue);

    /// <summary>What stood under a name at a revision; null for nothing.</summary>
    public DefinitionVersion? At(DefinitionKind kind, string name, long revision)
    {
        if (!_versions.TryGetValue((kind, name), out var versions))
            return null;
        for (var at = versions.Count - 1; at >= 0; at--)
        {
            if (versions[at].Revision <= revision)
                return versions[at].IsRemoved ? null : versions[at];
        }

        return null;
    }

    /// <summary>The last revision at which a version was the newest.</summary>
    public long LastRevision(DefinitionVersion version)
    {
        var versions = _versions[(version.Kind, version.Name)];
        var next = versions.Find(one => one.Version > version.Version);
        return next is null ? long.MaxValue : next.Revision - 1;
    }

    private void Add(DefinitionVersion version)
    {
        if (_versions.TryGetValue((version.Kind, version.Name), out var versions))
            versions.Add(version);
        else
            _versions[(version.Kind, version.Name)] = [version];
    }
}

namespace Orrery.Lineage;

/// <summary>What nodes of the graph are called as data sets of events.</summary>
/// <param name="prefix">Begins our namespaces: the setting, then the workspace.</param>
internal sealed class FactNames(string prefix)
{
    /// <summary>Namespace of our jobs.</summary>
    public string Jobs => prefix;

    /// <summary>The data set that a node is; null for what is none: a commit, a run, a report.</summary>
    public FactDataset? Dataset(GraphNode node) => node.Kind switch
    {
        NodeKinds.Source => new(node, $"{prefix}/sources", node.Key, null),
        NodeKinds.FeatureViewVersion when Cut(node.Key, '@') is var (name, version) => new(node, $"{prefix}/feature-views", name, version),
        NodeKinds.TrainingSet => new(node, $"{prefix}/training-sets", node.Name, node.Key),
        NodeKinds.LoggedModel => new(node, $"{prefix}/logged-models", node.Key, null),
        NodeKinds.ModelVersion when Cut(node.Name, '/') is var (name, version) => new(node, $"{prefix}/models", name, version),
        NodeKinds.Dataset => Named(node),
        _ => null,
    };

    /// <summary>A feature, or a column of a source, as a field of a data set; null for others.</summary>
    public (string Space, string Name, string Field)? Field(GraphNode column)
    {
        if (column.Kind == NodeKinds.DatasetColumn)
            return column.Key.Split('|') is [var space, var name, var own] ? (Plain(space), Plain(name), Plain(own)) : null;
        var (owner, field) = Cut(column.Key, '#');
        return column.Kind switch
        {
            _ when field is null => null,
            NodeKinds.SourceColumn => ($"{prefix}/sources", owner, field),
            NodeKinds.Feature => ($"{prefix}/feature-views", Cut(owner, '@').Name, field),
            _ => null,
        };
    }

    /// <summary>The last part of a key after a sign; null when it has none.</summary>
    public static (string Name, string? Tail) Cut(string key, char sign)
    {
        var place = key.LastIndexOf(sign);
        return place < 0 ? (key, null) : (key[..place], key[(place + 1)..]);
    }

    // Keys are namespace|name; those that our runs log are name@digest. What events of others brought has no guard.
    private static FactDataset Named(GraphNode node)
    {
        var place = node.Key.IndexOf('|', StringComparison.Ordinal);
        var (space, name) = place < 0 ? ("", node.Key) : (Plain(node.Key[..place]), Plain(node.Key[(place + 1)..]));
        var (cut, digest) = node.Guard is null ? (name, null) : Cut(name, '@');
        return new(node, space.Length == 0 ? "unknown" : space, cut.Length == 0 ? name : cut, digest);
    }

    private static string Plain(string part) => part.Replace("%7C", "|", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}

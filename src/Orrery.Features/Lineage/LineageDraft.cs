using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>A graph of lineage while it is drawn.</summary>
public sealed class LineageDraft
{
    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly HashSet<(string From, string To)> _edges = [];

    /// <summary>Training sets in it, newest first.</summary>
    public List<TrainingData> Sets { get; } = [];

    /// <summary>Whether something was left out.</summary>
    public bool IsTruncated { get; set; }

    /// <summary>Adds a node that is not there yet; one that may not be seen is named by its kind alone.</summary>
    public void Add(LineageNode node, bool isSeen)
    {
        if (_shown.TryGetValue(node.Id, out var shown))
        {
            if (isSeen && _nodes[shown].Snapshot is null && node.Snapshot is not null)
                _nodes[shown] = _nodes[shown] with { Snapshot = node.Snapshot };
            return;
        }

        var id = isSeen ? node.Id : FormattableString.Invariant($"{node.Kind}:hidden-{_order.Count + 1}");
        _shown[node.Id] = id;
        _nodes[id] = isSeen ? node : new() { Id = id, Kind = node.Kind };
        _order.Add(id);
    }

    /// <summary>Joins two nodes that are there.</summary>
    public void Join(string from, string to)
    {
        if (_shown.TryGetValue(from, out var first) && _shown.TryGetValue(to, out var second))
            _edges.Add((first, second));
    }

    /// <summary>The graph.</summary>
    public LineageGraph Draw() => new()
    {
        Nodes = [.. _order.Select(id => _nodes[id])],
        Edges = [.. _edges.Select(static edge => new LineageEdge { From = edge.From, To = edge.To })],
        IsTruncated = IsTruncated,
    };
}

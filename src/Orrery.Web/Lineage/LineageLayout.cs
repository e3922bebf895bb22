using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Lays a graph out in columns from what was read to what came of it, and each column so that edges cross little.</summary>
internal static class LineageLayout
{
    private const double Across = 260;
    private const double Down = 56;
    private const int Sweeps = 4;

    /// <summary>Column and place of each node.</summary>
    public static IReadOnlyDictionary<string, (int Layer, double Place)> Of(LineageGraph graph)
    {
        var layers = Layers(graph);
        var columns = layers.GroupBy(static one => one.Value).OrderBy(static one => one.Key).Select(static one => one.Select(static node => node.Key).ToList()).ToList();
        var places = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var column in columns)
            Place(column, places);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            // Beside what they came of, then beside what came of them, in turn.
            var beside = sweep % 2 == 0
                ? graph.Edges.ToLookup(static edge => edge.To, static edge => edge.From, StringComparer.Ordinal)
                : graph.Edges.ToLookup(static edge => edge.From, static edge => edge.To, StringComparer.Ordinal);
            foreach (var column in sweep % 2 == 0 ? columns : columns.AsEnumerable().Reverse())
            {
                var wanted = column.ToDictionary(static id => id, id => beside[id].Where(places.ContainsKey).Select(other => places[other]).DefaultIfEmpty(places[id]).Average(), StringComparer.Ordinal);
                column.Sort((one, other) => wanted[one].CompareTo(wanted[other]) is not 0 and var order ? order : string.CompareOrdinal(one, other));
                Place(column, places);
            }
        }

        return layers.ToDictionary(static one => one.Key, one => (one.Value, places[one.Key]), StringComparer.Ordinal);
    }

    /// <summary>As ECharts draws it, with the path to go to for each node.</summary>
    public static string Drawing(PageContext page, LineageGraph graph)
    {
        var places = Of(graph);
        var asked = graph.Nodes.Count > 0 ? graph.Nodes[0].Id : null;
        return JsonSerializer.Serialize(new
        {
            nodes = graph.Nodes.Select(node => new
            {
                id = node.Id,
                name = LineageNodes.Label(node),
                kind = LineageNodes.Kind(node.Kind),
                whole = LineageNodes.Name(node),
                x = places[node.Id].Layer * Across,
                y = places[node.Id].Place * Down,
                colour = LineageNodes.Colour(node.Kind),
                asked = node.Id == asked,
                href = LineageNodes.Graph(page, node),
            }),
            edges = graph.Edges.Where(edge => places.ContainsKey(edge.From) && places.ContainsKey(edge.To)).Select(static edge => new { source = edge.From, target = edge.To }),
            columns = places.Values.Select(static one => one.Layer).DefaultIfEmpty().Max() + 1,
            rows = places.Values.GroupBy(static one => one.Layer).Select(static one => one.Count()).DefaultIfEmpty().Max(),
        });
    }

    // The longest way to it; as often as there are nodes at most, should edges go in a ring.
    private static Dictionary<string, int> Layers(LineageGraph graph)
    {
        var layers = graph.Nodes.DistinctBy(static node => node.Id).ToDictionary(static node => node.Id, static _ => 0, StringComparer.Ordinal);
        for (var (round, moved) = (0, true); moved && round < Math.Min(layers.Count, 60); round++)
        {
            moved = false;
            foreach (var edge in graph.Edges)
            {
                if (edge.From == edge.To || !layers.TryGetValue(edge.From, out var from) || !layers.TryGetValue(edge.To, out var to) || to > from)
                    continue;
                layers[edge.To] = from + 1;
                moved = true;
            }
        }

        // What nothing was read for stands right before what came of it, not at the far end.
        foreach (var (id, layer) in layers.OrderByDescending(static one => one.Value).ToList())
        {
            var next = graph.Edges.Where(edge => edge.From == id && edge.To != id && layers.ContainsKey(edge.To)).Select(edge => layers[edge.To]).DefaultIfEmpty(layer + 1).Min();
            if (next - 1 > layer)
                layers[id] = next - 1;
        }

        return layers;
    }

    private static void Place(List<string> column, Dictionary<string, double> places)
    {
        for (var place = 0; place < column.Count; place++)
            places[column[place]] = place - (column.Count - 1) / 2.0;
    }
}

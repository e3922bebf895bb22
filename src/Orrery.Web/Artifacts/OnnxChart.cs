using System.Text.Json.Nodes;

namespace Orrery.Web;

/// <summary>Draws an ONNX graph layer by layer: a node stands below all that it waits for.</summary>
internal static class OnnxChart
{
    /// <summary>Most nodes that are drawn.</summary>
    public const int Most = 150;

    private const int Across = 240;
    private const int Down = 80;

    /// <summary>Layers of the drawing.</summary>
    public static int Layers(OnnxGraph graph) => Placed(graph).Max(static one => one.Layer) + 1;

    /// <summary>An option of ECharts.</summary>
    public static string Option(OnnxGraph graph)
    {
        var placed = Placed(graph);
        var widths = placed.GroupBy(static one => one.Layer).ToDictionary(static layer => layer.Key, static layer => layer.Count());
        var seen = new Dictionary<int, int>();
        var (nodes, links) = (new JsonArray(), new JsonArray());
        for (var at = 0; at < placed.Count; at++)
        {
            var one = placed[at];
            var place = seen[one.Layer] = seen.GetValueOrDefault(one.Layer) + 1;
            nodes.Add(new JsonObject
            {
                ["id"] = $"{at}",
                ["name"] = one.Title,
                ["x"] = (place - ((widths[one.Layer] + 1) / 2.0)) * Across,
                ["y"] = one.Layer * Down,
                ["value"] = one.Says,
                ["category"] = one.Category,
            });
            foreach (var from in one.From)
                links.Add(new JsonObject { ["source"] = $"{from}", ["target"] = $"{at}" });
        }

        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true, ["formatter"] = "{b}<br>{c}" },
            ["legend"] = new JsonObject { ["top"] = 0 },
            ["series"] = new JsonArray(new JsonObject
            {
                ["type"] = "graph",
                ["layout"] = "none",
                ["roam"] = true,
                ["top"] = 40,
                ["bottom"] = 20,
                ["symbol"] = "rect",
                ["symbolSize"] = new JsonArray(96, 26),
                ["edgeSymbol"] = new JsonArray("none", "arrow"),
                ["edgeSymbolSize"] = 7,
                ["label"] = new JsonObject { ["show"] = true, ["fontSize"] = 11, ["color"] = "#fff", ["width"] = 90, ["overflow"] = "truncate" },
                ["categories"] = new JsonArray(Category("input", "#0b7285"), Category("operator", "#1c5fa8"), Category("output", "#2b7a3b")),
                ["data"] = nodes,
                ["links"] = links,
                ["lineStyle"] = new JsonObject { ["opacity"] = 0.7 },
            }),
        }.ToJsonString();
    }

    private static JsonObject Category(string name, string colour) => new() { ["name"] = name, ["itemStyle"] = new JsonObject { ["color"] = colour } };

    private static List<Place> Placed(OnnxGraph graph)
    {
        var placed = new List<Place>();
        var maker = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var input in graph.Inputs)
        {
            maker[input.Name] = placed.Count;
            placed.Add(new(input.Name, input.Type, 0, 0, []));
        }

        foreach (var node in graph.Nodes.Take(Most))
        {
            // Only what came before: a file may claim a circle.
            var from = node.Inputs.Where(maker.ContainsKey).Select(name => maker[name]).Distinct().ToList();
            var layer = from.Count == 0 ? 1 : from.Max(at => placed[at].Layer) + 1;
            foreach (var output in node.Outputs)
                maker[output] = placed.Count;
            placed.Add(new(node.Operation, node.Name.Length > 0 ? node.Name : string.Join(", ", node.Outputs), 1, layer, from));
        }

        foreach (var output in graph.Outputs.Where(one => maker.ContainsKey(one.Name)))
        {
            var from = maker[output.Name];
            placed.Add(new(output.Name, output.Type, 2, placed[from].Layer + 1, [from]));
        }

        return placed;
    }

    private sealed record Place(string Title, string Says, int Category, int Layer, IReadOnlyList<int> From);
}

using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Curves of evaluations and explanations, as options of ECharts.</summary>
internal static class EvaluationCharts
{
    private const int Bars = 15;

    private static readonly Dictionary<string, (string Title, string X, string Y, bool Diagonal)> Known = new(StringComparer.Ordinal)
    {
        ["roc"] = ("ROC", "false_positive_rate", "true_positive_rate", true),
        ["precision_recall"] = ("Precision and recall", "recall", "precision", false),
        ["calibration"] = ("Calibration", "", "", true),
        ["lift"] = ("Lift", "", "", false),
        ["threshold"] = ("By threshold", "threshold", "", false),
        ["error_quantiles"] = ("Errors", "", "", false),
    };

    /// <summary>A curve's name for people.</summary>
    public static string Title(EvaluationCurve curve) => Known.TryGetValue(curve.Name, out var known) ? known.Title : curve.Name.Replace('_', ' ');

    /// <summary>A curve; null where it has no points.</summary>
    public static string? Option(EvaluationCurve curve)
    {
        if (curve.Points.Count == 0 || curve.Columns.Count < 2)
            return null;
        var known = Known.GetValueOrDefault(curve.Name);
        var x = Math.Max(0, IndexOf(curve, known.X ?? ""));
        var ys = IndexOf(curve, known.Y ?? "") is var y and >= 0 ? [y] : curve.Name is "threshold" or "lift" ? Enumerable.Range(0, curve.Columns.Count).Where(at => at != x && IsShare(curve, at)).ToList() : [x == 1 ? 0 : 1];
        var series = new JsonArray([.. ys.Select(at => (JsonNode)new JsonObject
        {
            ["type"] = "line", ["name"] = curve.Columns[at].Replace('_', ' '), ["showSymbol"] = curve.Points.Count < 30, ["data"] = new JsonArray([.. curve.Points.Where(point => point.Count > Math.Max(x, at)).Select(point => (JsonNode)new JsonArray(point[x], point[at]))]),
        })]);
        if (known.Diagonal)
            series.Add(new JsonObject { ["type"] = "line", ["name"] = curve.Name == "roc" ? "by chance" : "perfect", ["showSymbol"] = false, ["silent"] = true, ["lineStyle"] = new JsonObject { ["type"] = "dashed", ["opacity"] = 0.6, ["color"] = "#888" }, ["itemStyle"] = new JsonObject { ["color"] = "#888" }, ["data"] = new JsonArray(new JsonArray(0, 0), new JsonArray(1, 1)) });
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["trigger"] = "axis", ["confine"] = true },
            ["legend"] = new JsonObject { ["top"] = 0 },
            ["grid"] = new JsonObject { ["left"] = 55, ["right"] = 20, ["top"] = 35, ["bottom"] = 45 },
            ["xAxis"] = Axis(curve.Columns[x]),
            ["yAxis"] = Axis(ys.Count == 1 ? curve.Columns[ys[0]] : ""),
            ["series"] = series,
        }.ToJsonString();
    }

    /// <summary>Bars by size, the greatest on top.</summary>
    public static string BarsOf(IEnumerable<(string Name, double Value)> values, string says)
    {
        var shown = values.Take(Bars).Reverse().ToList();
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true },
            ["grid"] = new JsonObject { ["left"] = 150, ["right"] = 40, ["top"] = 10, ["bottom"] = 40 },
            ["xAxis"] = Axis(says),
            ["yAxis"] = new JsonObject { ["type"] = "category", ["data"] = new JsonArray([.. shown.Select(static one => (JsonNode)one.Name)]), ["axisLabel"] = new JsonObject { ["width"] = 140, ["overflow"] = "truncate" } },
            ["series"] = new JsonArray(new JsonObject { ["type"] = "bar", ["data"] = new JsonArray([.. shown.Select(static one => (JsonNode)one.Value)]) }),
        }.ToJsonString();
    }

    /// <summary>How the answer moves with a column; null for what is no line.</summary>
    public static string? EffectOf(FeatureEffect effect)
    {
        if (effect.Grid.Count < 2 || effect.PartialDependence.Count != effect.Grid.Count)
            return null;
        var numbers = effect.Grid.All(static one => one.ValueKind is System.Text.Json.JsonValueKind.Number);
        var axis = numbers ? Axis(effect.Feature) : new() { ["type"] = "category", ["name"] = effect.Feature, ["nameLocation"] = "middle", ["nameGap"] = 28, ["data"] = new JsonArray([.. effect.Grid.Select(static one => (JsonNode)one.ToString())]) };
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["trigger"] = "axis", ["confine"] = true },
            ["grid"] = new JsonObject { ["left"] = 60, ["right"] = 20, ["top"] = 15, ["bottom"] = 45 },
            ["xAxis"] = axis,
            ["yAxis"] = new JsonObject { ["type"] = "value", ["scale"] = true },
            ["series"] = new JsonArray(new JsonObject
            {
                ["type"] = numbers ? "line" : "bar",
                ["showSymbol"] = false,
                ["name"] = "mean answer",
                ["data"] = new JsonArray([.. effect.Grid.Zip(effect.PartialDependence, (at, answer) => numbers ? (JsonNode)new JsonArray(at.GetDouble(), answer) : answer)]),
            }),
        }.ToJsonString();
    }

    private static JsonObject Axis(string name) => new() { ["type"] = "value", ["name"] = name.Replace('_', ' '), ["nameLocation"] = "middle", ["nameGap"] = 30, ["scale"] = true };

    private static int IndexOf(EvaluationCurve curve, string column) => column.Length == 0 ? -1 : curve.Columns.ToList().IndexOf(column);

    // Counts would flatten the rates beside them.
    private static bool IsShare(EvaluationCurve curve, int at) => curve.Points.All(point => point.Count > at && Math.Abs(point[at]) <= 10);
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace Orrery.Web;

/// <summary>Charts over several runs, as options of ECharts.</summary>
internal static class RunCharts
{
    private const int GridSize = 40;
    private const double Near = 1e-9;

    /// <summary>One line a run through all axes, coloured by the last one that is a number.</summary>
    public static string Parallel(ComparedRuns runs, IReadOnlyList<RunColumn> axes)
    {
        var numbers = axes.Select(runs.NumbersOf).ToList();
        var texts = axes.Select(runs.Of).ToList();
        var data = Array(runs.Runs.Select((_, at) => new JsonObject
        {
            ["name"] = runs.Names[at],
            ["value"] = Array(axes.Select((_, axis) => (JsonNode?)(numbers[axis] is { } values ? Value(values[at]) : JsonValue.Create(Convert.ToString(texts[axis][at], CultureInfo.InvariantCulture) ?? "–")))),
        }));
        var option = new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true },
            ["parallel"] = new JsonObject { ["left"] = 50, ["right"] = 150, ["top"] = 60, ["bottom"] = 30, ["parallelAxisDefault"] = new JsonObject { ["nameTextStyle"] = new JsonObject { ["width"] = 110, ["overflow"] = "truncate" }, ["nameTruncate"] = new JsonObject { ["maxWidth"] = 120 } } },
            ["parallelAxis"] = Array(axes.Select((axis, at) => numbers[at] is not null
                ? new JsonObject { ["dim"] = at, ["name"] = axis.Key, ["type"] = "value", ["scale"] = true }
                : new JsonObject { ["dim"] = at, ["name"] = axis.Key, ["type"] = "category", ["data"] = Array(texts[at].Select(static text => JsonValue.Create(Convert.ToString(text, CultureInfo.InvariantCulture) ?? "–")).DistinctBy(static text => text.ToString())) })),
            ["series"] = new JsonArray(new JsonObject { ["type"] = "parallel", ["smooth"] = false, ["lineStyle"] = new JsonObject { ["width"] = 2, ["opacity"] = 0.7 }, ["data"] = data }),
        };
        var last = numbers.FindLastIndex(static values => values is not null);
        if (last >= 0)
            option["visualMap"] = Colours(numbers[last]!, last);
        return option.ToJsonString();
    }

    /// <summary>One point a run.</summary>
    public static string Scatter(ComparedRuns runs, RunColumn x, RunColumn y)
    {
        var (across, up) = (runs.NumbersOf(x), runs.NumbersOf(y));
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true },
            ["grid"] = Grid(),
            ["xAxis"] = Axis(x, across),
            ["yAxis"] = Axis(y, up),
            ["series"] = new JsonArray(new JsonObject
            {
                ["type"] = "scatter",
                ["symbolSize"] = 12,
                ["data"] = Array(runs.Runs.Select((_, at) => new JsonObject { ["name"] = runs.Names[at], ["value"] = new JsonArray(Part(runs, x, across, at), Part(runs, y, up, at)) })),
            }),
        }.ToJsonString();
    }

    /// <summary>A metric over two parameters: a surface between the runs where both are numbers (weighted by the inverse square of distance), else a mean a field.</summary>
    public static string Heat(ComparedRuns runs, RunColumn x, RunColumn y, RunColumn metric)
    {
        var values = runs.NumbersOf(metric) ?? [];
        return runs.NumbersOf(x) is { } across && runs.NumbersOf(y) is { } up && across.Distinct().Count() > 2 && up.Distinct().Count() > 2
            ? Surface(x, y, [.. across.Zip(up, values).Where(static one => one is { First: not null, Second: not null, Third: not null }).Select(static one => (one.First!.Value, one.Second!.Value, one.Third!.Value))])
            : Fields(runs, x, y, values);
    }

    private static string Surface(RunColumn x, RunColumn y, IReadOnlyList<(double X, double Y, double Value)> points)
    {
        if (points.Count == 0)
            return "{}";
        var (left, right) = (points.Min(static one => one.X), points.Max(static one => one.X));
        var (bottom, top) = (points.Min(static one => one.Y), points.Max(static one => one.Y));
        var cells = new JsonArray();
        for (var row = 0; row < GridSize; row++)
        {
            for (var column = 0; column < GridSize; column++)
                cells.Add(new JsonArray(column, row, Between(points, (column + 0.5) / GridSize, (row + 0.5) / GridSize, (left, right > left ? right - left : 1), (bottom, top > bottom ? top - bottom : 1))));
        }

        JsonArray Hidden() => Array(Enumerable.Range(0, GridSize).Select(static at => JsonValue.Create(at)));
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true },
            ["grid"] = Grid(),
            ["xAxis"] = new JsonArray(new JsonObject { ["type"] = "category", ["data"] = Hidden(), ["show"] = false }, Named(x, left, right, "bottom")),
            ["yAxis"] = new JsonArray(new JsonObject { ["type"] = "category", ["data"] = Hidden(), ["show"] = false }, Named(y, bottom, top, "left")),
            ["visualMap"] = Colours([.. points.Select(static one => (double?)one.Value)], 2),
            ["series"] = new JsonArray(
                new JsonObject { ["type"] = "heatmap", ["data"] = cells, ["silent"] = true, ["progressive"] = 0 },
                new JsonObject { ["type"] = "scatter", ["xAxisIndex"] = 1, ["yAxisIndex"] = 1, ["symbolSize"] = 9, ["itemStyle"] = new JsonObject { ["borderColor"] = "#fff", ["borderWidth"] = 1 }, ["data"] = Array(points.Select(static one => new JsonArray(one.X, one.Y, one.Value))) }),
        }.ToJsonString();
    }

    private static double? Between(IReadOnlyList<(double X, double Y, double Value)> points, double x, double y, (double Begin, double Length) across, (double Begin, double Length) up)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var one in points)
        {
            var (dx, dy) = (((one.X - across.Begin) / across.Length) - x, ((one.Y - up.Begin) / up.Length) - y);
            var weight = 1 / ((dx * dx) + (dy * dy) + Near);
            sum += weight * one.Value;
            weights += weight;
        }

        return Finite(sum / weights);
    }

    // What is too large to add up is no number, and JSON has none for it.
    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null;

    private static string Fields(ComparedRuns runs, RunColumn x, RunColumn y, IReadOnlyList<double?> values)
    {
        var (across, up) = (Labels(runs, x), Labels(runs, y));
        var cells = runs.Runs.Select((run, at) => (X: Label(x.Of(run)), Y: Label(y.Of(run)), Value: at < values.Count ? values[at] : null)).Where(static one => one.Value is not null)
            .GroupBy(static one => (one.X, one.Y)).Select(group => new JsonArray(across.IndexOf(group.Key.X), up.IndexOf(group.Key.Y), Finite(group.Average(static one => one.Value!.Value))));
        return new JsonObject
        {
            ["tooltip"] = new JsonObject { ["confine"] = true },
            ["grid"] = Grid(),
            ["xAxis"] = new JsonObject { ["type"] = "category", ["name"] = x.Key, ["nameLocation"] = "middle", ["nameGap"] = 30, ["data"] = Array(across.Select(static one => JsonValue.Create(one))) },
            ["yAxis"] = new JsonObject { ["type"] = "category", ["name"] = y.Key, ["data"] = Array(up.Select(static one => JsonValue.Create(one))) },
            ["visualMap"] = Colours(values, 2),
            ["series"] = new JsonArray(new JsonObject { ["type"] = "heatmap", ["data"] = Array(cells), ["label"] = new JsonObject { ["show"] = across.Count * up.Count <= 100 } }),
        }.ToJsonString();
    }

    private static List<string> Labels(ComparedRuns runs, RunColumn column) => [.. runs.Runs.Select(run => Label(column.Of(run))).Distinct()
        .OrderBy(static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.MaxValue).ThenBy(static text => text, StringComparer.Ordinal)];

    private static string Label(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "–";

    private static JsonObject Colours(IReadOnlyList<double?> values, int dimension)
    {
        var known = values.OfType<double>().DefaultIfEmpty(0).ToList();
        return new()
        {
            ["type"] = "continuous",
            ["dimension"] = dimension,
            ["min"] = known.Min(),
            ["max"] = known.Max() > known.Min() ? known.Max() : known.Min() + 1,
            ["calculable"] = true,
            ["precision"] = 4,
            ["right"] = 0,
            ["top"] = "middle",
            // Viridis: also for those who do not tell red from green.
            ["inRange"] = new JsonObject { ["color"] = new JsonArray("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725") },
        };
    }

    private static JsonObject Axis(RunColumn column, IReadOnlyList<double?>? numbers) => numbers is null
        ? new() { ["type"] = "category", ["name"] = column.Key, ["nameLocation"] = "middle", ["nameGap"] = 30 }
        : new() { ["type"] = "value", ["name"] = column.Key, ["nameLocation"] = "middle", ["nameGap"] = 35, ["scale"] = true };

    private static JsonObject Named(RunColumn column, double min, double max, string position) => new() { ["position"] = position, ["type"] = "value", ["name"] = column.Key, ["nameLocation"] = "middle", ["nameGap"] = 35, ["min"] = min, ["max"] = max };

    private static JsonObject Grid() => new() { ["left"] = 70, ["right"] = 120, ["top"] = 30, ["bottom"] = 55 };

    private static JsonNode? Part(ComparedRuns runs, RunColumn column, IReadOnlyList<double?>? numbers, int at) => numbers is null ? Label(column.Of(runs.Runs[at])) : Value(numbers[at]);

    private static JsonValue? Value(double? number) => number is { } value ? JsonValue.Create(value) : null;

    private static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);
}

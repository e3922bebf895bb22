using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Draws a metric slice by slice as SVG that needs nothing else: points with their intervals, and a line at the value over all rows.</summary>
internal static class ForestPlot
{
    private const int Most = 60;
    private const int Label = 260;
    private const int Plot = 380;
    private const int Line = 22;
    private const int Top = 44;
    private const int Longest = 38;

    /// <summary>The drawing; null when fewer than two slices have the metric.</summary>
    public static string? Of(EvaluationResult result, string metric)
    {
        var rows = result.Slices.Select(slice => (Slice: slice, Metric: slice.Metrics.FirstOrDefault(one => one.Name == metric))).Where(static row => row.Metric?.Value is not null)
            .Select(static row => (Name: $"{row.Slice.Slice} = {row.Slice.Value}", row.Slice.Rows, Metric: row.Metric!)).Take(Most).ToList();
        if (rows.Count < 2)
            return null;
        var whole = result.Metrics.FirstOrDefault(one => one.Name == metric)?.Value;
        var ends = rows.SelectMany(static row => new[] { row.Metric.Value, row.Metric.Lower, row.Metric.Upper }).Append(whole).OfType<double>().ToList();
        var (low, high) = (ends.Min(), ends.Max());
        var room = Math.Max(high - low, 1e-9) * 0.05;
        var scale = new Scale(low - room, high + room);
        var height = Top + (rows.Count * Line) + 40;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Label + Plot + 130} {height}\" width=\"{Label + Plot + 130}\" height=\"{height}\" role=\"img\" aria-label=\"{Text(metric)} by slice\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/><text x=\"{Label}\" y=\"22\" font-size=\"15\">{Text(metric)} by slice</text>\n");
        Axis(svg, scale, Top + (rows.Count * Line));
        if (whole is { } all)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{scale.At(all):0.#}\" y1=\"{Top - 6}\" x2=\"{scale.At(all):0.#}\" y2=\"{Top + (rows.Count * Line)}\" stroke=\"#a33\" stroke-dasharray=\"4 4\"/>\n");
        for (var index = 0; index < rows.Count; index++)
            Draw(svg, scale, Top + (index * Line) + (Line / 2), rows[index].Name, rows[index].Rows, rows[index].Metric);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Axis(StringBuilder svg, Scale scale, int y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Label}\" y1=\"{y}\" x2=\"{Label + Plot}\" y2=\"{y}\" stroke=\"#888\"/>\n");
        for (var tick = 0; tick <= 4; tick++)
        {
            var value = scale.Low + ((scale.High - scale.Low) * tick / 4);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{scale.At(value):0.#}\" y=\"{y + 16}\" text-anchor=\"middle\">{value:G4}</text>");
        }

        svg.Append('\n');
    }

    private static void Draw(StringBuilder svg, Scale scale, int y, string name, long? rows, EvaluationMetric metric)
    {
        var x = scale.At(metric.Value!.Value);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Label - 8}\" y=\"{y}\" text-anchor=\"end\" dominant-baseline=\"middle\">{Text(name.Length > Longest ? name[..(Longest - 1)] + "…" : name)}</text>");
        if (metric.Lower is { } lower && metric.Upper is { } upper)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{scale.At(lower):0.#}\" y1=\"{y}\" x2=\"{scale.At(upper):0.#}\" y2=\"{y}\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y}\" r=\"4\" fill=\"#1f5fa8\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Label + Plot + 12}\" y=\"{y}\" dominant-baseline=\"middle\">{metric.Value:0.####}{(rows is { } count ? string.Create(CultureInfo.InvariantCulture, $" ({count:#,0})") : "")}</text>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private readonly record struct Scale(double Low, double High)
    {
        public double At(double value) => Label + ((value - Low) / (High - Low) * Plot);
    }
}

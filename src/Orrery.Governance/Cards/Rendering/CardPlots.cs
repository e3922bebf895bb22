using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>
/// Pictures of fields, as SVG: of rows that have a <c>name</c> and a <c>value</c>, bars; where they also have <c>lower</c> and <c>upper</c>, points with their
/// intervals.
/// </summary>
internal static class CardPlots
{
    private const int Most = 20;
    private const int Label = 230;
    private const int Width = 680;
    private const int Line = 22;

    /// <summary>The picture of a field; empty when it has none.</summary>
    public static string Of(CardField field)
    {
        if (field.Path is not ("evaluation.performance" or "evaluation.slices" or "explanations.importance" or "fairness.metrics") || field.Value is not { ValueKind: JsonValueKind.Array } rows)
            return "";
        var bars = rows.EnumerateArray().Select(Bar.Of).OfType<Bar>().Take(Most).ToList();
        return bars.Count < 2 ? "" : Draw(field.Title, bars);
    }

    private static string Draw(string title, List<Bar> bars)
    {
        var low = Math.Min(0, bars.Min(static bar => bar.Lower ?? bar.Value));
        var high = Math.Max(bars.Max(static bar => bar.Upper ?? bar.Value), low + 1e-9);
        double At(double value) => Label + ((value - low) / (high - low) * (Width - Label - 70));
        var height = (bars.Count * Line) + 8;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"{Encode(title)}\" font-size=\"12\" fill=\"currentColor\">");
        for (var index = 0; index < bars.Count; index++)
        {
            var bar = bars[index];
            var y = 4 + (index * Line);
            var name = bar.Name.Length > 34 ? bar.Name[..33] + "…" : bar.Name;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Label - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{Encode(name)}</text>");
            if (bar is { Lower: { } lower, Upper: { } upper })
            {
                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{At(lower):0.#}\" x2=\"{At(upper):0.#}\" y1=\"{y + 10}\" y2=\"{y + 10}\" stroke=\"#0b7bd6\" stroke-width=\"2\"/><circle cx=\"{At(bar.Value):0.#}\" cy=\"{y + 10}\" r=\"4\" fill=\"#0b7bd6\"/>");
            }
            else
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Math.Min(At(0), At(bar.Value)):0.#}\" y=\"{y + 3}\" width=\"{Math.Abs(At(bar.Value) - At(0)):0.#}\" height=\"14\" rx=\"2\" fill=\"#0b7bd6\"/>");
            }

            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{At(Math.Max(bar.Upper ?? bar.Value, 0)) + 6:0.#}\" y=\"{y + 14}\">{bar.Value:0.####}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private sealed record Bar(string Name, double Value, double? Lower, double? Upper)
    {
        public static Bar? Of(JsonElement row) =>
            row.ValueKind is JsonValueKind.Object && row.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String && Number(row, "value") is { } value
                ? new(name.GetString()!, value, Number(row, "lower"), Number(row, "upper"))
                : null;

        private static double? Number(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>An evaluation as one HTML page that needs nothing else: tables, plots, gates.</summary>
internal static class EvaluationHtml
{
    private const string Style = """
        body{margin:0;background:#fff;color:#1b1f24;font:15px/1.5 system-ui,sans-serif}main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .6rem;padding-bottom:.3rem;border-bottom:1px solid #d8dee4}.quiet{color:#5b6570;font-size:.85rem;overflow-wrap:anywhere}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem}th,td{border:1px solid #d8dee4;padding:.25rem .55rem;text-align:left}th{background:#f6f8fa}
        td.number{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots svg{max-width:30rem}.failed{color:#a40e26}
        """;

    public static string Write(EvaluationSpec spec, string id, EvaluationResult result)
    {
        var page = new StringBuilder();
        var title = Text($"{spec.Model}, version {spec.Version}");
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Evaluation: ").Append(title)
            .Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<p class=\"quiet\">Evaluation ").Append(Text(id)).Append("</p><h1>").Append(title).Append("</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(result.Task)} on {result.Rows:#,0} rows of {Text(string.Join(", ", result.Sources.Select(static source => source.Name)))}; {result.RowsWithoutLabel:#,0} without '{Text(spec.Label)}' left out. Intervals of {result.Confidence:P0} from {result.Resamples} resamples, seed {result.Seed}.</p>\n");
        Gates(page, result);
        Table(page, "Metrics", ["metric", "value", "lower", "upper", "by"], result.Metrics.Select(static one => (string[])[one.Name, .. Cells(one.Value, one.Lower, one.Upper, one.Undefined), one.Method ?? ""]));
        Plots(page, result);
        foreach (var name in EvaluationNames.Main(result.Task))
            page.Append(ForestPlot.Of(result, name) is { } plot ? $"<div class=\"wide\">{plot}</div>" : "");
        Table(page, "Slices", ["slice", "rows", "metric", "value", "lower", "upper"], result.Slices.SelectMany(slice => Slice(slice, result.Task)));
        foreach (var report in result.Fairness)
            Table(page, $"Fairness over {report.Attribute}", ["metric", "value", "lower", "upper"], report.Metrics.Select(static one => (string[])[one.Name, .. Cells(one.Value, one.Lower, one.Upper, one.Undefined)]));
        foreach (var other in result.Comparisons)
            Table(page, $"Against {other.Against}, version {other.Version}", ["metric", "this", "other", "difference", "lower", "upper", "test", "p", other.Correction], other.Metrics.Select(static one => (string[])[one.Name, Number(one.Value), Number(one.Other), Number(one.Difference), Number(one.Lower), Number(one.Upper), one.Test ?? "", Number(one.PValue), Number(one.AdjustedPValue)]));
        foreach (var note in result.Notes)
            page.Append("<p class=\"quiet\">").Append(Text(note)).Append("</p>\n");
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Gates(StringBuilder page, EvaluationResult result)
    {
        if (result.Gates.Count == 0)
            return;
        page.Append("<h2>Gates</h2><ul>");
        foreach (var gate in result.Gates)
            page.Append("<li class=\"").Append(Text(gate.Outcome)).Append("\">").Append(Text($"{gate.Outcome}: {gate.Gate}{(gate.Reason is { } why ? $" ({why})" : "")}")).Append("</li>");
        page.Append("</ul>\n");
    }

    private static void Plots(StringBuilder page, EvaluationResult result)
    {
        var plots = result.Curves.Select(CurvePlot.Of).Prepend(ConfusionPlot.Of(result)).OfType<string>().ToList();
        if (plots.Count > 0)
            page.Append("<h2>Plots</h2><div class=\"plots\">").AppendJoin("", plots).Append("</div>\n");
    }

    private static IEnumerable<string[]> Slice(EvaluationSlice slice, string task)
    {
        var (name, rows) = ($"{slice.Slice} = {slice.Value}", slice.Rows?.ToString("#,0", CultureInfo.InvariantCulture) ?? "few");
        return slice.Undefined is { } why
            ? [[name, rows, "", $"undefined: {why}", "", ""]]
            : slice.Metrics.Where(one => EvaluationNames.Main(task).Contains(one.Name)).Select(one => (string[])[name, rows, one.Name, .. Cells(one.Value, one.Lower, one.Upper, one.Undefined)]);
    }

    private static string[] Cells(double? value, double? lower, double? upper, string? undefined) => [undefined is null ? Number(value) : $"undefined: {undefined}", Number(lower), Number(upper)];

    private static void Table(StringBuilder page, string title, string[] header, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        page.Append("<h2>").Append(Text(title)).Append("</h2><div class=\"wide\"><table><thead><tr>");
        foreach (var cell in header)
            page.Append("<th>").Append(Text(cell)).Append("</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var row in all)
        {
            page.Append("<tr>");
            foreach (var cell in row)
                page.Append(cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] == '-') ? "<td class=\"number\">" : "<td>").Append(Text(cell)).Append("</td>");
            page.Append("</tr>");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

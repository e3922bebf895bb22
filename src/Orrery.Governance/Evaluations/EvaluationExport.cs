using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>Writes an evaluation to the version's run: metrics as MLflow has them, the result as JSON, and tables as CSV.</summary>
internal sealed class EvaluationExport(ModelVersions versions, Runs runs, Artifacts artifacts, ILogger<EvaluationExport> logger)
{
    private const string Prefix = "evaluation/";

    /// <summary>
    /// Null when it is written, or there is no run to write to; else why it is not, which is no failure of the evaluation. Written again it is the same: files replace themselves, and points
    /// of one time and value are one. Those who see the run need not have the right to small groups, which are left out.
    /// </summary>
    public async ValueTask<string?> WriteAsync(Actor actor, EvaluationRow row, EvaluationResult result, CancellationToken cancel)
    {
        if ((await versions.GetAsync(actor, row.Spec.Model, row.Spec.Version, cancel)).Failed(out _, out var version) || version.RunId is not { } id)
            return null;
        if ((await runs.FindAsync(actor, id, cancel)).Failed(out var missing, out var run))
            return Told(row, id, missing);
        if (ArtifactUri.PathOf(run.ArtifactUri) is not { } root)
            return Told(row, id, ArtifactUri.Elsewhere(run.ArtifactUri));
        result = row.SeesSmall ? EvaluationMask.Of(result, row.Spec) : result;
        foreach (var (name, content) in Files(row, result))
        {
            if (ArtifactPath.Parse($"{root}/evaluations/{row.Id}/{name}").Failed(out var wrong, out var path))
                return Told(row, id, wrong);
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
            if ((await artifacts.PutAsync(actor, path, stream, stream.Length, cancel)).Failed(out var full, out _))
                return Told(row, id, full);
        }

        List<LoggedMetric> metrics = [.. result.Metrics.Where(static one => one.Value is not null).Select(one => new LoggedMetric(Prefix + one.Name, new(row.FinishedAt ?? row.CreatedAt, 0, one.Value!.Value)))];
        return (await runs.LogAsync(actor, id, new(metrics, [], []), cancel)).Failed(out var refused, out _) ? Told(row, id, refused) : null;
    }

    private string Told(EvaluationRow row, string run, Failure failure)
    {
        Log.NotExported(logger, row.Id, run, failure.Message);
        return $"It was not written to run {run}: {failure.Message}";
    }

    private static IEnumerable<(string Name, string Content)> Files(EvaluationRow row, EvaluationResult result)
    {
        yield return ("report.html", EvaluationHtml.Write(row.Spec, row.Id, result));
        yield return ("result.json", JsonSerializer.Serialize(result, OrreryJson.Indented.GetTypeInfo(typeof(EvaluationResult))));
        yield return ("metrics.csv", Csv(["metric", "value", "lower", "upper", "undefined"], result.Metrics.Select(static one => Cells(one))));
        if (result.Slices.Count > 0)
        {
            yield return ("slices.csv", Csv(
                ["slice", "value", "rows", "metric", "metric_value", "lower", "upper", "undefined"],
                result.Slices.SelectMany(static slice => slice.Metrics.Select(one => (string[])[slice.Slice, slice.Value, Number(slice.Rows), .. Cells(one)]))));
        }

        if (result.Fairness.Count > 0)
        {
            yield return ("fairness.csv", Csv(
                ["attribute", "metric", "value", "lower", "upper", "undefined"],
                result.Fairness.SelectMany(static report => report.Metrics.Select(one => (string[])[report.Attribute, one.Name, Number(one.Value), Number(one.Lower), Number(one.Upper), one.Undefined ?? ""]))));
        }

        if (ConfusionPlot.Of(result) is { } confusion)
            yield return ("confusion.svg", confusion);
        foreach (var metric in EvaluationNames.Main(result.Task))
        {
            if (ForestPlot.Of(result, metric) is { } plot)
                yield return ($"slices_{metric}.svg", plot);
        }

        foreach (var curve in result.Curves)
        {
            yield return ($"{curve.Name}.csv", Csv(curve.Columns, curve.Points.Select(static point => point.Select(static one => Number(one)))));
            if (CurvePlot.Of(curve) is { } plot)
                yield return ($"{curve.Name}.svg", plot);
        }
    }

    private static string[] Cells(EvaluationMetric one) => [one.Name, Number(one.Value), Number(one.Lower), Number(one.Upper), one.Undefined ?? ""];

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Csv(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows) =>
        string.Concat(rows.Prepend(header).Select(static row => string.Join(',', row.Select(Quoted)) + "\r\n"));

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

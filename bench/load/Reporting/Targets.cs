using System.Globalization;

namespace Orrery.Load;

/// <summary>The numbers to reach, and whether one stage's report does.</summary>
internal static class Targets
{
    private const double MedianRatio = 50;
    private const double LeastRatio = 15;
    private const double LeastSearchRatio = 100;
    private const double BatchP99Ms = 10;
    private const double SearchP95Ms = 50;
    private const double ReadySeconds = 1.5;
    private const double IdleMegabytes = 150;
    private const double TransferMegabytes = 250;

    public static IEnumerable<Target> Of(StageReport report) =>
        [.. OfRatios(report), .. OfTimes(report), .. OfMemory(report)];

    /// <summary>How many times less processor time than MLflow, for each operation that it has a figure for.</summary>
    public static List<(MlflowFigure Figure, double Times)> Ratios(StageReport report) =>
    [
        .. from figure in MlflowFigure.All
           where figure.Ms is not null
           join result in report.Baseline on figure.Operation equals result.Name
           where result.Closed.TotalMs > 0
           select (figure, figure.Ms!.Value / result.Closed.TotalMs),
    ];

    private static IEnumerable<Target> OfRatios(StageReport report)
    {
        var ratios = Ratios(report).OrderBy(static r => r.Times).ToList();
        if (ratios.Count == 0)
            yield break;
        var median = (ratios[(ratios.Count - 1) / 2].Times + ratios[ratios.Count / 2].Times) / 2;
        yield return new(
            Text($"processor time, times less than MLflow: median of {ratios.Count} operations"), Text($">= {MedianRatio}"), Text($"{median:0}"), median >= MedianRatio);
        yield return new("the same: least", Text($">= {LeastRatio}"), Text($"{ratios[0].Times:0.0} ({ratios[0].Figure.Operation})"), ratios[0].Times >= LeastRatio);
        var searches = ratios.Where(static r => r.Figure.Hundredfold).ToList();
        if (searches.Count > 0)
        {
            yield return new(
                "the same: least of run searches and metric history",
                Text($">= {LeastSearchRatio}"),
                Text($"{searches[0].Times:0} ({searches[0].Figure.Operation})"),
                searches[0].Times >= LeastSearchRatio);
        }
    }

    private static IEnumerable<Target> OfTimes(StageReport report)
    {
        if (report.Baseline.FirstOrDefault(static r => r.Name == "log batch (100 metrics)") is { Open: { } open })
        {
            var p99 = open.Latencies.Quantile(0.99);
            yield return new("log batch (100 metrics), p99 at half load", Text($"< {BatchP99Ms} ms"), Text($"{p99:0.0} ms"), p99 < BatchP99Ms);
        }

        var worst = report.Searches
            .Where(static r => r.Open is not null && SearchSection.Operations.Contains(r.Name))
            .MaxBy(static r => r.Open!.Latencies.Quantile(0.95));
        if (worst is not null)
        {
            var p95 = worst.Open!.Latencies.Quantile(0.95);
            yield return new("search of 100,000 runs, worst p95 at half load", Text($"< {SearchP95Ms} ms"), Text($"{p95:0.0} ms ({worst.Name})"), p95 < SearchP95Ms);
        }

        if (report.Start is { } start)
            yield return new("start to ready", Text($"< {ReadySeconds} s"), Text($"{start.Ready.TotalSeconds:0.00} s"), start.Ready.TotalSeconds < ReadySeconds);
    }

    private static IEnumerable<Target> OfMemory(StageReport report)
    {
        if (report.Start is { } start)
            yield return new("idle memory", Text($"< {IdleMegabytes} MB"), Text($"{start.IdleBytes / 1e6:0} MB"), start.IdleBytes / 1e6 < IdleMegabytes);
        if (report.Transfers.Count == 0)
            yield break;
        var peak = report.Transfers.Max(static t => t.PeakBytes) / 1e6;
        yield return new("peak memory while a large artifact goes up and down", Text($"< {TransferMegabytes} MB"), Text($"{peak:0} MB"), peak < TransferMegabytes);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

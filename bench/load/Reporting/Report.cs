using System.Globalization;
using System.Text;

namespace Orrery.Load;

/// <summary>The report in Markdown.</summary>
internal static class Report
{
    public static string Write(string machine, bool quick, IReadOnlyList<StageReport> stages)
    {
        var text = new StringBuilder("# Speed and size\n\n").Append(machine).Append('\n');
        if (quick)
            text.Append("\nA quick run: short times and small data. These numbers say that everything runs, not how fast.\n");
        text.Append('\n').Append(Summary.Write(stages));
        foreach (var stage in stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {stage.Stage}\n");
            Add("Beside MLflow 3.6.1", BaselineTable(stage));
            Add("Beside the limits", LimitTable(stage));
            Add("One experiment of 100,000 runs", SearchTable(stage));
            Add("Large artifacts", TransferTable(stage));
            Add("Start and memory", StartTable(stage));
        }

        return text.ToString();

        void Add(string title, string? table)
        {
            if (table is not null)
                text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n{table}");
        }
    }

    private static string? BaselineTable(StageReport stage)
    {
        if (stage.Baseline.Count == 0)
            return null;
        var table = new MarkdownTable(
            "operation", "MLflow req/s", "req/s", "times", "MLflow CPU ms", "CPU ms", "of it database", "times less", "p50/p95/p99 ms, 8 at once", "p50/p95/p99 ms, half load", "bytes", "client CPU ms");
        foreach (var figure in MlflowFigure.All)
        {
            if (stage.Baseline.FirstOrDefault(r => r.Name == figure.Operation) is not { } result)
            {
                table.Add([figure.Operation, .. Enumerable.Repeat("", 11)]);
                continue;
            }

            var closed = result.Closed;
            var theirs = stage.IsPostgres ? figure.Postgres : figure.Sqlite;
            table.Add(
                figure.Operation + Refused(result),
                Text($"{theirs:0.#}"),
                Text($"{closed.PerSecond:0}"),
                Text($"{closed.PerSecond / theirs:0.0}"),
                figure.Ms is { } ms ? Text($"{ms:0.0}") : "",
                Text($"{closed.TotalMs:0.000}"),
                stage.IsPostgres ? Text($"{closed.DatabaseMs:0.000}") : "",
                figure.Ms is { } theirMs ? Text($"{theirMs / closed.TotalMs:0.0}") : "",
                Quantiles(closed),
                Quantiles(result.Open),
                Text($"{closed.BytesReceived:0}"),
                Text($"{closed.GeneratorMs:0.000}"));
        }

        return table.ToString();
    }

    private static string? SearchTable(StageReport stage)
    {
        if (stage.Searches.Count == 0)
            return null;
        var table = new MarkdownTable(
            "search, 100 to a page", "req/s", "CPU ms", "of it database", "p50/p95/p99 ms, one at a time", "p50/p95/p99 ms, half load", "p50/p95/p99 ms, 8 at once", "bytes");
        foreach (var result in stage.Searches)
        {
            table.Add(
                result.Name + Refused(result),
                Text($"{result.Closed.PerSecond:0}"),
                Text($"{result.Closed.TotalMs:0.00}"),
                stage.IsPostgres ? Text($"{result.Closed.DatabaseMs:0.00}") : "",
                Quantiles(result.Alone),
                Quantiles(result.Open),
                Quantiles(result.Closed),
                Text($"{result.Closed.BytesReceived:0}"));
        }

        return table.ToString();
    }

    private static string? LimitTable(StageReport stage)
    {
        if (stage.Limits.Count == 0)
            return null;
        var table = new MarkdownTable("operation", "limit", "its rate", "ours", "share", "its CPU ms", "ours ms");
        foreach (var limit in stage.Limits)
        {
            var ours = stage.Baseline.FirstOrDefault(r => r.Name == limit.Name)?.Closed;
            var transfer = stage.Transfers.FirstOrDefault(t => t.Direction == limit.Name);
            var rate = ours?.PerSecond ?? transfer?.MegabytesPerSecond ?? double.NaN;
            var unit = transfer is null ? "/s" : " MB/s";
            table.Add(
                transfer is null ? limit.Name : Text($"{limit.Name} of {transfer.Size >> 20} MiB"),
                limit.What,
                Text($"{limit.PerSecond:0}{unit}"),
                Text($"{rate:0}{unit}"),
                Text($"{rate / limit.PerSecond:0%}"),
                double.IsNaN(limit.Ms) ? "" : Text($"{limit.Ms:0.000}"),
                ours is null ? "" : Text($"{ours.TotalMs:0.000}"));
        }

        return table.ToString();
    }

    private static string? TransferTable(StageReport stage)
    {
        if (stage.Transfers.Count == 0)
            return null;
        var table = new MarkdownTable("transfer", "MB/s", "server CPU s", "peak memory MB");
        foreach (var transfer in stage.Transfers)
        {
            table.Add(
                Text($"{transfer.Direction} of {transfer.Size >> 20} MiB"),
                Text($"{transfer.MegabytesPerSecond:0}"),
                Text($"{transfer.Used.TotalSeconds:0.0}"),
                Text($"{transfer.PeakBytes / 1e6:0}"));
        }

        return table.ToString();
    }

    private static string? StartTable(StageReport stage)
    {
        if (stage.Start is not { } start)
            return null;
        var table = new MarkdownTable("what", "measured");
        table.Add("start to ready on these data, median of 5", Text($"{start.Ready.TotalSeconds:0.00} s"));
        table.Add("the slowest of them", Text($"{start.Slowest.TotalSeconds:0.00} s"));
        table.Add("memory when idle", Text($"{start.IdleBytes / 1e6:0} MB"));
        table.Add("memory after all of the above", Text($"{start.LoadedBytes / 1e6:0} MB"));
        return table.ToString();
    }

    private static string Refused(OperationResult result) => result.Failed == 0 ? "" : Text($" ({result.Failed} REFUSED)");

    private static string Quantiles(Measurement? measured) => measured is null || measured.Latencies.Count == 0
        ? ""
        : Text($"{measured.Latencies.Quantile(0.5):0.00} / {measured.Latencies.Quantile(0.95):0.00} / {measured.Latencies.Quantile(0.99):0.00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

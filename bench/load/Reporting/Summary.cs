using System.Globalization;

namespace Orrery.Load;

/// <summary>The two tables that a README holds: the numbers to reach and the processor times, the databases side by side.</summary>
internal static class Summary
{
    public static string Write(IReadOnlyList<StageReport> stages) => $"""
        ## Summary

        {Reached(stages)}
        Processor milliseconds of one request, of the server and its database together; in brackets how many times less than MLflow 3.6.1.

        {Costs(stages)}
        """;

    private static MarkdownTable Reached(IReadOnlyList<StageReport> stages)
    {
        var table = new MarkdownTable(["number", "to reach", .. stages.Select(static s => s.Stage)]);
        var targets = stages.Select(static s => Targets.Of(s).ToList()).ToList();
        foreach (var group in targets.SelectMany(static t => t).DistinctBy(static t => t.Name))
        {
            table.Add([group.Name, group.Reach, .. targets.Select(of => of.FirstOrDefault(t => t.Name == group.Name) switch
            {
                null => "",
                { IsMet: true, Measured: var measured } => measured,
                { Measured: var measured } => $"**missed:** {measured}",
            })]);
        }

        return table;
    }

    private static MarkdownTable Costs(IReadOnlyList<StageReport> stages)
    {
        var table = new MarkdownTable(
            ["operation", "MLflow", .. stages.Select(static s => s.Stage), .. stages.Select(static s => $"{s.Stage} req/s"), .. stages.Select(static s => $"{s.Stage} p99 ms at half load")]);
        foreach (var figure in MlflowFigure.All)
        {
            var results = stages.Select(s => s.Baseline.FirstOrDefault(r => r.Name == figure.Operation)).ToList();
            if (results.All(static r => r is null))
                continue;
            table.Add(
            [
                figure.Operation,
                figure.Ms is { } theirs ? Text($"{theirs:0.0}") : "",
                .. results.Select(r => r is null ? "" : figure.Ms is { } ms ? Text($"{r.Closed.TotalMs:0.000} ({ms / r.Closed.TotalMs:0.#}x)") : Text($"{r.Closed.TotalMs:0.000}")),
                .. results.Select(static r => r is null ? "" : Text($"{r.Closed.PerSecond:0}")),
                .. results.Select(static r => r?.Open is { } open ? Text($"{open.Latencies.Quantile(0.99):0.0}") : ""),
            ]);
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

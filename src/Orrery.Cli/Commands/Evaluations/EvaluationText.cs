using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Evaluations for people.</summary>
internal static class EvaluationText
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly HashSet<string> Main = ["accuracy", "auc", "f1", "recall", "precision", "f1_macro", "rmse", "mae", "r2"];

    /// <summary>Waits until it has ended, shows it, and says with which code the verb ends.</summary>
    public static async Task<int> WatchAsync(Session session, Evaluation evaluation)
    {
        session.Output.Remark($"Evaluation {evaluation.Id}; Ctrl-C leaves it to the server.");
        await JobBar.WatchAsync(session.Output, "Evaluation", async tell =>
        {
            while (evaluation.State is "queued" or "running")
            {
                tell(evaluation.Progress, evaluation.Message);
                await Task.Delay(Look, session.Host.Time, session.Cancel);
                evaluation = await session.Client.Evaluations.GetAsync(evaluation.Id, session.Cancel);
            }
        });
        Show(session, evaluation);
        return evaluation.State is "succeeded" && evaluation.Passed is not false ? ExitCodes.Ok : ExitCodes.Failed;
    }

    public static void Show(Session session, Evaluation evaluation) => session.Output.Text(evaluation, Lines(evaluation));

    private static string Lines(Evaluation evaluation)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{evaluation.Spec.Model} {evaluation.Spec.Version}: {evaluation.State} ({evaluation.Id})\n");
        if (evaluation.Error is { } error)
            text.Append(CultureInfo.InvariantCulture, $"{evaluation.ErrorCode}: {error}\n");
        if (evaluation.Result is not { } result)
            return text.ToString();
        text.Append(CultureInfo.InvariantCulture, $"{result.Task} on {result.Rows} rows, {result.RowsWithoutLabel} without a label left out; data {evaluation.DataSha256?[..12]}, result {evaluation.ResultSha256?[..12]}\n\n");
        foreach (var metric in result.Metrics)
            Line(text, metric.Name, metric);
        foreach (var slice in result.Slices)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{slice.Slice} = {slice.Value}: {slice.Rows?.ToString(CultureInfo.InvariantCulture) ?? "few"} rows{(slice.Undefined is { } why ? $", undefined: {why}" : "")}\n");
            foreach (var metric in slice.Metrics.Where(static one => Main.Contains(one.Name)))
                Line(text, metric.Name, metric);
        }

        foreach (var report in result.Fairness)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nFairness over {report.Attribute}\n");
            foreach (var metric in report.Metrics.Where(static one => !one.Name.EndsWith("_to_overall", StringComparison.Ordinal)))
                Line(text, metric.Name, new() { Value = metric.Value, Lower = metric.Lower, Upper = metric.Upper, Undefined = metric.Undefined });
            foreach (var group in report.Groups.Where(static one => one.FourFifths is { BelowFourFifths: true }))
                text.Append(CultureInfo.InvariantCulture, $"  {group.Value}: impact ratio {group.FourFifths!.ImpactRatio:0.000} to {group.FourFifths.Reference}, below four fifths{(group.FourFifths.Undefined is { } why ? $", not tested: {why}" : group.FourFifths.Significant ? ", significantly" : ", not significantly")}\n");
        }

        foreach (var comparison in result.Comparisons)
            Compared(text, comparison);
        if (result.Gates.Count > 0)
            text.Append("\nGates\n");
        foreach (var gate in result.Gates)
            text.Append(CultureInfo.InvariantCulture, $"  {gate.Outcome,-8} {gate.Gate}{(gate.Reason is { } reason ? $": {reason}" : "")}\n");
        foreach (var note in result.Notes)
            text.Append(CultureInfo.InvariantCulture, $"{note}\n");
        return text.ToString();
    }

    private static void Compared(StringBuilder text, EvaluationComparison comparison)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nAgainst {comparison.Against} (version {comparison.Version}){(comparison.Undefined is { } why ? $": {why}" : "")}\n");
        foreach (var metric in comparison.Metrics.Where(static one => one.Difference is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {metric.Name,-34} {metric.Difference,10:+0.0000;-0.0000}");
            if (metric.AdjustedPValue is { } p)
                text.Append(CultureInfo.InvariantCulture, $"   p {p:0.0000} ({metric.Test}, {comparison.Correction})");
            text.Append('\n');
        }
    }

    private static void Line(StringBuilder text, string name, EvaluationMetric metric)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {name,-34} ");
        if (metric.Undefined is { } why)
            text.Append(CultureInfo.InvariantCulture, $"undefined: {why}");
        else
            text.Append(CultureInfo.InvariantCulture, $"{metric.Value,10:0.0000}");
        if (metric.Lower is { } lower && metric.Upper is { } upper)
            text.Append(CultureInfo.InvariantCulture, $"   [{lower:0.0000}, {upper:0.0000}]");
        text.Append('\n');
    }
}

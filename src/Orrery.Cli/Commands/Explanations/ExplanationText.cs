using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Explanations for people.</summary>
internal static class ExplanationText
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    /// <summary>Waits until a report has ended, shows it, and says with which code the verb ends.</summary>
    public static async Task<int> WatchAsync(Session session, ExplanationReport report)
    {
        var told = "";
        while (report.State is "running")
        {
            if ($"{report.Id}: {Percent(report.Progress ?? 0)}" is var stands && stands != told)
                session.Output.Remark(told = stands);
            await Task.Delay(Look, session.Host.Time, session.Cancel);
            report = await session.Client.Explanations.GetAsync(report.Id, session.Cancel);
        }

        Show(session, report);
        return report.State is "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
    }

    public static void Show(Session session, ExplanationReport report) => session.Output.Text(report, Of(report));

    /// <summary>Explanations of rows.</summary>
    public static string Of(InstanceExplanations answer)
    {
        var text = new StringBuilder();
        foreach (var one in answer.Explanations)
        {
            Write(text, one);
            text.AppendLine();
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"Method {answer.Method}, scale {answer.Scale}, background of explanation {answer.Background.Explanation} ({answer.Background.Rows} rows).").ToString();
    }

    /// <summary>Counterfactuals of rows.</summary>
    public static string Of(CounterfactualAnswers answers)
    {
        var text = new StringBuilder();
        for (var row = 0; row < answers.Rows.Count; row++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Row {row}:");
            Write(text, answers.Rows[row]);
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"Background of explanation {answers.Background.Explanation} ({answers.Background.Rows} rows).").ToString();
    }

    private static string Of(ExplanationReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Explanation {report.Id} of {report.Spec.Model} {report.Spec.Version}: {report.State}");
        if (report.Error is { } error)
            text.AppendLine(CultureInfo.InvariantCulture, $"{report.ErrorCode}: {error}");
        if (report.Result is not { } result)
            return text.ToString();
        text.AppendLine(CultureInfo.InvariantCulture, $"Method {result.Method}, scale {result.Scale}; {result.Rows} of {result.DataRows} rows; background {result.Background.Rows} rows, seed {result.Background.Seed}");
        if (result.MethodReason is { } reason)
            text.AppendLine(CultureInfo.InvariantCulture, $"No closed form: {reason}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Content {report.ContentHash}").AppendLine();
        Table(text, ["FEATURE", "MEAN |VALUE|", "MEAN"], result.Importance.Select(static one => new[] { one.Feature, Number(one.MeanAbs), Number(one.Mean) }));
        if (result.Permutation is { } permutation)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Permuted {permutation.Repeats} times, {permutation.Metric} {Number(permutation.Score)}:");
            Table(text, ["FEATURE", "LOSS", "STD"], permutation.Features.Select(static one => new[] { one.Feature, Number(one.Mean), Number(one.Std) }));
        }

        foreach (var example in result.Examples)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Row {example.Row}, {example.Kind}:");
            Write(text, example.Explanation);
        }

        if (result.Surrogate is { } tree)
            Write(text, tree);
        foreach (var row in result.Counterfactuals ?? [])
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Counterfactuals of row {row.Row}:");
            Write(text, row);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, SurrogateReport tree)
    {
        var fidelity = tree.R2 is { } r2 ? Number(r2) : "undefined";
        var agreement = tree.Agreement is { } share ? $", agreement {Percent(share)}" : "";
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"About what the model says, by a tree of depth {tree.Depth}; on {tree.HeldOutRows} held-out rows R2 {fidelity}{agreement}:");
        Table(text, ["RULE", "OUTPUT", "SHARE"], tree.Rules.Select(static rule => new[] { rule.Conditions.Count == 0 ? "always" : string.Join(" and ", rule.Conditions), Number(rule.Output), Percent(rule.Share) }));
    }

    private static void Write(StringBuilder text, RowCounterfactuals row)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"Wanted: {row.Goal}; output {Number(row.Output)}. {row.Remark}");
        foreach (var one in row.Found)
            Write(text, one, "");
        if (row.BestTried is { } best)
            Write(text, best, "Nearest tried, not as wanted: ");
    }

    private static void Write(StringBuilder text, Counterfactual one, string before)
    {
        var changes = one.Changes is { } known ? string.Join(", ", known.Select(static change => $"{change.Feature} {change.From?.GetRawText() ?? "missing"} -> {change.To?.GetRawText() ?? "missing"}")) : "(restricted)";
        var unseen = one.Unseen.Count > 0 ? $"; unseen values of {string.Join(", ", one.Unseen)}" : "";
        text.AppendLine(CultureInfo.InvariantCulture, $"  {before}{Printable.Of(changes)}: output {Number(one.Output)}, cost {Number(one.Cost)}, plausibility {Percent(one.Plausibility)}{unseen}");
    }

    private static void Write(StringBuilder text, InstanceExplanation one)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"Output {Number(one.Output)}; {Number(one.BaseValue)} on average, {Number(one.Prediction)} here");
        Table(text, ["FEATURE", "VALUE"], one.Values.OrderByDescending(static pair => Math.Abs(pair.Value)).Take(10).Select(static pair => new[] { pair.Key, Number(pair.Value) }));
        if (one.ReasonCodes.Count > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"Against it: {string.Join(", ", one.ReasonCodes.Select(static reason => reason.Feature))}");
    }

    private static void Table(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        List<string[]> all = [heads, .. rows];
        var widths = heads.Select((_, column) => all.Max(row => Printable.Of(row[column]).Length)).ToArray();
        foreach (var row in all)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => Printable.Of(cell).PadRight(widths[column]))).TrimEnd());
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}

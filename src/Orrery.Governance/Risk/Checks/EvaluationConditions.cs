using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The conditions of GOV-08 that an evaluation decides.</summary>
internal static class EvaluationConditions
{
    /// <summary>Default significance, as of an evaluation's confidence of 0.95.</summary>
    private const double Alpha = 0.05;

    /// <summary>It passes its gates, and is no worse than the version that is there now.</summary>
    /// <param name="subject">The version.</param>
    /// <param name="evaluated">Its evaluation.</param>
    /// <param name="standing">Number of the version that is in the environment now; null for none.</param>
    public static AutomaticCheck Performance(RiskSubject subject, EvaluatedVersion evaluated, string? standing)
    {
        var command = $"mlops evaluate {subject.Model.Name} {subject.Number} --data DATA --label COLUMN --task TASK{(standing is null ? "" : $" --baseline {standing}")}";
        if (evaluated.Row is null || evaluated.Result is null)
            return Failed("performance", evaluated.Check.Reason ?? $"It has no evaluation of its files. Run: {command}");
        if (evaluated.HasGates && !evaluated.Check.Passed)
            return Failed("performance", evaluated.Check.Reason ?? "It does not pass its model's gates.");
        if (!evaluated.HasGates && evaluated.Row.Passed is false)
            return Failed("performance", $"Its evaluation {evaluated.Row.Id} does not pass the gates that it was given.");
        if (standing is null || standing == subject.Number)
            return Alone(evaluated, subject);
        if (evaluated.Result.Comparisons.FirstOrDefault(one => one.Version == standing) is not { } comparison)
            return Failed("performance", $"Its evaluation {evaluated.Row.Id} does not compare it with version {standing}, which is in {subject.Environment} now. Run: {command}");
        if (comparison.Undefined is { } why)
            return Failed("performance", $"It could not be compared with version {standing}: {why}");
        return Worse(comparison) is { Count: > 0 } worse
            ? Failed("performance", $"It is worse than version {standing}, which is in {subject.Environment} now: {string.Join("; ", worse)}.")
            : Passed("performance", $"Its evaluation {evaluated.Row.Id} passes its gates, and it is not worse than version {standing}.");
    }

    /// <summary>Fairness was looked at, and no group is selected less than four fifths as often as the best.</summary>
    public static AutomaticCheck Bias(RiskSubject subject, EvaluatedVersion evaluated)
    {
        var command = $"mlops evaluate {subject.Model.Name} {subject.Number} --data DATA --label COLUMN --task TASK --sensitive COLUMN";
        if (evaluated.Row is null || evaluated.Result is null)
            return Failed("bias", $"It has no evaluation of its files. Run: {command}");
        if (evaluated.Result.Fairness.Count == 0)
            return Failed("bias", $"Its evaluation {evaluated.Row.Id} looks at no protected attribute. Run: {command}");
        var gated = evaluated.Check.Gates.Concat(evaluated.Result.Gates).Where(static gate => Gate.Read(gate.Gate).Gate?.Attribute is not null).DistinctBy(static gate => gate.Gate).ToList();
        if (gated.Find(static gate => gate.Outcome != "passed") is { } broken)
            return Failed("bias", $"It does not pass {broken.Gate}: {broken.Reason ?? "measured " + broken.Value?.ToString(CultureInfo.InvariantCulture)}.");
        foreach (var report in evaluated.Result.Fairness.Where(report => !gated.Exists(gate => Gate.Read(gate.Gate).Gate!.Attribute == report.Attribute)))
        {
            var rated = report.Groups.Where(static group => group.FourFifths is not null).ToList();
            if (rated.Find(static group => group.FourFifths!.BelowFourFifths) is { FourFifths: { } rule } low)
                return Failed("bias", string.Create(CultureInfo.InvariantCulture, $"Of {report.Attribute}, '{low.Value}' is selected {rule.ImpactRatio:0.###} times as often as '{rule.Reference}'; four fifths (0.8) is the least."));
            if (rated.Count < 2)
                return Failed("bias", $"Of {report.Attribute}, the four-fifths rule cannot be told ({Why(report)}). Evaluate on more rows, or set a gate such as accuracy_difference({report.Attribute}) <= 0.05.");
            if (report.Groups.FirstOrDefault(static group => group.FourFifths is null) is { } untold)
                return Failed("bias", $"Of {report.Attribute}, the group '{untold.Value}' is too small to be told. Evaluate on more rows.");
        }

        return Passed("bias", $"Fairness over {string.Join(", ", evaluated.Result.Fairness.Select(static one => one.Attribute))} is within its limits.");
    }

    private static AutomaticCheck Alone(EvaluatedVersion evaluated, RiskSubject subject)
    {
        // Without one to be measured against, something must be asked of it.
        if (evaluated.Result!.Comparisons.FirstOrDefault(static one => one.Against == "baseline" && one.Undefined is null) is { } baseline)
        {
            return Worse(baseline) is { Count: > 0 } worse
                ? Failed("performance", $"It is worse than its baseline, version {baseline.Version}: {string.Join("; ", worse)}.")
                : Passed("performance", $"Its evaluation {evaluated.Row!.Id} passes its gates, and it is not worse than its baseline, version {baseline.Version}.");
        }

        return evaluated.HasGates || evaluated.Row!.Passed is true
            ? Passed("performance", $"Its evaluation {evaluated.Row!.Id} passes its gates; there is no version in {subject.Environment} to compare with.")
            : Failed("performance", $"There is no version in {subject.Environment} to compare with, and the model has no gates. Set some: mlops evaluations gates set {subject.Model.Name} --gate \"auc >= 0.8\"");
    }

    // Where there is a test, what it cannot tell apart is as good; where there is none, the number counts.
    private static List<string> Worse(EvaluationComparison comparison) => [.. comparison.Metrics.Where(static metric =>
        metric.Difference is { } difference && (EvaluationNames.IsLoss(metric.Name) ? difference > 0 : difference < 0) && (metric.AdjustedPValue ?? metric.PValue) switch
        {
            { } p => p < Alpha,
            null => metric is { Lower: { } lower, Upper: { } upper } ? (EvaluationNames.IsLoss(metric.Name) ? lower > 0 : upper < 0) : true,
        }).Select(static metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:0.####} instead of {metric.Other:0.####}"))];

    private static string Why(FairnessReport report) => report.Metrics.Select(static one => one.Undefined).FirstOrDefault(static one => one is not null) ?? "it has no selection rates";

    private static AutomaticCheck Passed(string name, string reason) => new() { Name = name, Passed = true, Reason = reason };

    private static AutomaticCheck Failed(string name, string reason) => new() { Name = name, Reason = reason };
}

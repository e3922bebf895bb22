using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>What evaluations say, in words that need no statistics.</summary>
internal static class Quality
{
    /// <summary>Below it a difference is called more than chance.</summary>
    public const double Chance = 0.05;

    private static readonly string[] Main = ["auc", "f1", "f1_macro", "accuracy", "r2", "rmse", "mae"];

    /// <summary>The figure to name first; null without an evaluation.</summary>
    public static EvaluationMetric? MainOf(EvaluationResult? result) =>
        Main.Select(name => result?.Metrics.FirstOrDefault(one => one.Name == name)).FirstOrDefault(static one => one?.Value is not null) ?? result?.Metrics.FirstOrDefault(static one => one.Value is not null);

    /// <summary>What the figure means.</summary>
    public static string Means(EvaluationMetric metric) => metric switch
    {
        { Name: "auc", Value: { } value } => $"Of two cases, one of which turned out positive, it names the right one in {Numbers.Percent(Math.Round(value, 2))} of the times; by chance it would be half.",
        { Name: "accuracy", Value: { } value } => $"It is right in {Numbers.Percent(Math.Round(value, 3))} of the cases.",
        { Name: "r2", Value: { } value } => $"It explains {Numbers.Percent(Math.Round(value, 2))} of how the values vary.",
        { Name: "rmse" or "mae" } => "How far it is off, in the unit of what it predicts.",
        { Name: "f1" or "f1_macro" } => "The balance of finding what is there and of being right about it; 1 is best.",
        _ => "",
    };

    /// <summary>A figure with its interval.</summary>
    public static string WithInterval(EvaluationMetric metric) => metric.Value is not { } value ? metric.Undefined ?? "–"
        : metric is { Lower: { } lower, Upper: { } upper } ? $"{Three(value)} ({Three(lower)} to {Three(upper)})" : Three(value);

    /// <summary>Groups that the four-fifths rule speaks of.</summary>
    public static IReadOnlyList<(string Attribute, FairnessGroup Group)> Below(EvaluationResult? result) =>
        [.. (result?.Fairness ?? []).SelectMany(static report => report.Groups.Where(static group => group.FourFifths is { BelowFourFifths: true }).Select(group => (report.Attribute, group)))];

    /// <summary>What differs for a group.</summary>
    public static string Says(string attribute, FairnessGroup group) => group.FourFifths is { } rule
        ? $"Of {attribute}, {group.Value} is selected {Three(rule.ImpactRatio)} times as often as {rule.Reference}{(rule.Significant ? "" : ", which chance alone would explain")}."
        : "";

    /// <summary>What an evaluation says beside a version; null where it was not compared with it.</summary>
    public static EvaluationComparison? Of(Evaluation? evaluation, string version) => evaluation?.Result?.Comparisons.FirstOrDefault(one => one.Version == version);

    /// <summary>To three digits.</summary>
    public static string Three(double value) => Math.Abs(value) >= 1000 ? Numbers.Of(value) : value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}

using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>What an evaluation computes, by name: slices, protected attributes and metrics.</summary>
internal static class EvaluationNames
{
    private static readonly HashSet<string> Losses = ["log_loss", "brier", "ece", "mce", "rmse", "mae", "mse", "mape"];

    /// <summary>Slices and their intersections.</summary>
    public static IReadOnlyList<string> Slices(EvaluationSpec spec) => [.. Pairs(spec.Slices, spec.Intersections)];

    /// <summary>Protected attributes and their intersections.</summary>
    public static IReadOnlyList<string> Sensitive(EvaluationSpec spec) => [.. Pairs(spec.Sensitive, spec.Intersections)];

    /// <summary>Metrics of a task over all rows.</summary>
    public static IReadOnlyList<string> Metrics(string task) => task switch
    {
        EvaluationTasks.Binary => [.. BinaryMetrics.Names, .. BinaryMetrics.OfWhole],
        EvaluationTasks.Multiclass => ClassMetrics.Names,
        _ => RegressionMetrics.Names,
    };

    /// <summary>Disparities of a task.</summary>
    public static IReadOnlyList<string> Fairness(string task) => task == EvaluationTasks.Regression
        ? FairnessOfErrors.Names
        : [.. Disparities.Names, .. Disparities.Names.Select(static name => name + Disparities.ToOverall)];

    /// <summary>Metrics that slices are ranked by.</summary>
    public static IReadOnlyList<string> Main(string task) => task switch
    {
        EvaluationTasks.Binary => ["accuracy", "auc", "f1", "recall", "log_loss"],
        EvaluationTasks.Multiclass => ["accuracy", "f1_macro", "log_loss"],
        _ => ["rmse", "mae"],
    };

    /// <summary>Whether less is better.</summary>
    public static bool IsLoss(string metric) => Losses.Contains(metric);

    private static IEnumerable<string> Pairs(IReadOnlyList<string> names, bool withPairs)
    {
        var all = names.ToList();
        var plain = names.Where(static name => !name.Contains(SliceColumn.Joint, StringComparison.Ordinal)).ToList();
        for (var first = 0; withPairs && first < plain.Count; first++)
        {
            for (var second = first + 1; second < plain.Count; second++)
                all.Add($"{plain[first]}{SliceColumn.Joint}{plain[second]}");
        }

        return all.Distinct(StringComparer.Ordinal);
    }
}

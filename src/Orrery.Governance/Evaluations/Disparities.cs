namespace Orrery.Governance;

/// <summary>
/// Disparities of rates over groups, as Fairlearn defines them: between the groups (largest less smallest, smallest by largest), and to the whole (largest distance,
/// smallest ratio folded to 1 at most).
/// </summary>
internal static class Disparities
{
    /// <summary>Their names, those to the whole left out.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "demographic_parity_difference", "demographic_parity_ratio", "equalized_odds_difference", "equalized_odds_ratio", "equalized_odds_difference_mean",
        "equalized_odds_ratio_mean", "equal_opportunity_difference", "equal_opportunity_ratio", "predictive_parity_difference", "accuracy_difference",
        "false_positive_rate_difference", "false_negative_rate_difference",
    ];

    public const string ToOverall = "_to_overall";

    /// <summary>The rates that a disparity is made of; the first name of the rate is how groups call it.</summary>
    public static IReadOnlyList<string> Rates(string name) => name.Replace(ToOverall, "", StringComparison.Ordinal) switch
    {
        "demographic_parity_difference" or "demographic_parity_ratio" => ["selection_rate"],
        "equal_opportunity_difference" or "equal_opportunity_ratio" => ["true_positive_rate"],
        "predictive_parity_difference" => ["precision"],
        "accuracy_difference" => ["accuracy"],
        "false_positive_rate_difference" => ["false_positive_rate"],
        "false_negative_rate_difference" => ["false_negative_rate"],
        _ => ["true_positive_rate", "false_positive_rate"],
    };

    /// <summary>A rate by name.</summary>
    public static double Rate(string name, BinaryCounts counts) => name switch
    {
        "selection_rate" => counts.SelectionRate,
        "true_positive_rate" => counts.Recall,
        "false_positive_rate" => counts.FalsePositiveRate,
        "false_negative_rate" => counts.FalseNegativeRate,
        "precision" => counts.Precision,
        _ => counts.Accuracy,
    };

    /// <summary>A disparity; NaN when a group lacks a rate, or there are fewer than two.</summary>
    /// <param name="name">Of <see cref="Names"/>, or one with <see cref="ToOverall"/>.</param>
    /// <param name="groups">Those that are looked at.</param>
    /// <param name="whole">All rows.</param>
    public static double Of(string name, IReadOnlyList<BinaryCounts> groups, BinaryCounts whole)
    {
        if (groups.Count < 2)
            return double.NaN;
        var isRatio = name.Contains("_ratio", StringComparison.Ordinal);
        var parts = Rates(name).Select(rate =>
        {
            var values = groups.Select(group => Rate(rate, group)).ToList();
            return values.Exists(double.IsNaN) ? double.NaN
                : name.EndsWith(ToOverall, StringComparison.Ordinal) ? ToWhole(values, Rate(rate, whole), isRatio)
                : Between(values, isRatio);
        }).ToList();
        if (parts.Exists(double.IsNaN))
            return double.NaN;
        return name.Contains("_mean", StringComparison.Ordinal) ? parts.Average() : isRatio ? parts.Min() : parts.Max();
    }

    private static double Between(List<double> values, bool isRatio) => isRatio ? values.Min() / values.Max() : values.Max() - values.Min();

    private static double ToWhole(List<double> values, double whole, bool isRatio) => isRatio
        ? values.Min(value => value / whole is var ratio && ratio > 1 ? 1 / ratio : value / whole)
        : values.Max(value => Math.Abs(value - whole));
}

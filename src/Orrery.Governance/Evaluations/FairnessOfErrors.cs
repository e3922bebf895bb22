using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Fairness of a regression over a protected attribute: errors by group, their largest differences, and the loss that bounds every group's.</summary>
internal sealed class FairnessOfErrors(GroupRules rules, ResamplePlan plan)
{
    public static readonly IReadOnlyList<string> Names = ["mean_error_difference", "rmse_difference", "mae_difference", "mae_ratio", "group_loss_mae", "group_loss_mse"];

    private static readonly string[] Errors = ["mean_error", "rmse", "mae"];

    public FairnessReport Of(SliceColumn column, RegressionRows data, string? privileged)
    {
        var order = Enumerable.Range(0, column.Codes.Length).ToArray();
        var units = column.Split(order).Select((rows, index) => rows.Length == 0 ? [] : RegressionMetrics.Units(data, rows, $"fairness#{column.Name}#{index}", plan)).ToArray();
        var sizes = new int[column.Values.Count];
        foreach (var code in column.Codes)
            sizes[code]++;
        var draws = Resample(column, units);
        var hidden = rules.Hidden(sizes);
        var sums = units.Select(RegressionMetrics.Sum).ToArray();
        return new()
        {
            Attribute = column.Name,
            Privileged = privileged,
            Groups = [.. column.Values.Select((value, index) => new FairnessGroup
            {
                Value = value,
                Rows = hidden[index] ? null : sizes[index],
                Metrics = [.. Errors.Select(error => BinaryMetrics.Metric(error, Error(error, sums[index]), rules.TooSmall(sizes[index]), ("bootstrap", draws.Interval($"{error}#{index}", plan.Confidence))))],
                ToPrivileged = privileged is null || value == privileged ? [] : [.. Errors.Select(error => ToPrivileged(error, column, sums, sizes, index, privileged))],
            })],
            Metrics = [.. Names.Select(name => Disparity(name, column, sums, sizes, draws))],
        };
    }

    /// <summary>A disparity of groups' sums.</summary>
    public static double Of(string name, IReadOnlyList<RegressionSums> groups)
    {
        if (groups.Count < 2)
            return double.NaN;
        return name switch
        {
            "mean_error_difference" => Spread(groups.Select(static one => one.MeanError)),
            "rmse_difference" => Spread(groups.Select(static one => one.Rmse)),
            "mae_difference" => Spread(groups.Select(static one => one.Mae)),
            "mae_ratio" => groups.Min(static one => one.Mae) / groups.Max(static one => one.Mae),
            "group_loss_mae" => groups.Max(static one => one.Mae),
            _ => groups.Max(static one => one.Mse),
        };
    }

    private FairnessMetric Disparity(string name, SliceColumn column, RegressionSums[] sums, int[] sizes, Replicates draws)
    {
        var lacking = Enumerable.Range(0, sums.Length).Where(index => rules.TooSmall(sizes[index]) is not null).ToList();
        var value = Of(name, [.. Enumerable.Range(0, sums.Length).Except(lacking).Select(index => sums[index])]);
        if (lacking.Count > 0)
        {
            var why = string.Join(", ", lacking.Select(index => $"{column.Name}={column.Values[index]} ({rules.TooSmall(sizes[index])})"));
            return new() { Name = name, OfDefinedGroups = double.IsFinite(value) ? value : null, Undefined = "undefined for " + why };
        }

        if (!double.IsFinite(value))
            return new() { Name = name, Undefined = sums.Length < 2 ? "there is one group only" : "it divides by zero" };
        var bounds = draws.Interval(name, plan.Confidence);
        return new() { Name = name, Value = value, Lower = bounds?.Lower, Upper = bounds?.Upper };
    }

    private EvaluationMetric ToPrivileged(string error, SliceColumn column, RegressionSums[] sums, int[] sizes, int index, string privileged)
    {
        var other = column.Values.ToList().IndexOf(privileged);
        var lacking = rules.TooSmall(sizes[index]) ?? (rules.TooSmall(sizes[other]) is { } why ? $"privileged group: {why}" : null);
        return BinaryMetrics.Metric(error + "_difference", Error(error, sums[index]) - Error(error, sums[other]), lacking, ("", null));
    }

    private Replicates Resample(SliceColumn column, RegressionSums[][] units)
    {
        var made = new Replicates(plan.Resamples);
        var draws = plan.For("fairness#" + column.Name);
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
            var drawn = units.Select(one => RegressionMetrics.Draw(one, draws)).ToArray();
            foreach (var name in Names)
                made.Add(name, Array.Exists(drawn, static one => one.Weight == 0) ? double.NaN : Of(name, drawn));
            for (var index = 0; index < drawn.Length; index++)
            {
                foreach (var error in Errors)
                    made.Add($"{error}#{index}", Error(error, drawn[index]));
            }
        }

        return made;
    }

    private static double Error(string name, RegressionSums sums) => name switch
    {
        "mean_error" => sums.MeanError,
        "rmse" => sums.Rmse,
        _ => sums.Mae,
    };

    private static double Spread(IEnumerable<double> values)
    {
        var all = values.ToList();
        return all.Max() - all.Min();
    }
}

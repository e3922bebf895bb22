using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Fairness of a classifier over a protected attribute.</summary>
internal sealed class FairnessOfClasses(GroupRules rules, ResamplePlan plan)
{
    private const double LeastExpected = 5;
    private const string TooFew = "too few rows of equal weight are expected selected, or not, for the normal distribution, and there is no exact test under weights";

    private static readonly string[] Rates = ["selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate", "accuracy", "precision"];

    private static readonly string[] Signed = ["disparate_impact", "statistical_parity_difference", "equal_opportunity_difference", "average_odds_difference"];

    private static readonly string[] All = [.. Disparities.Names, .. Disparities.Names.Select(static name => name + Disparities.ToOverall)];

    /// <summary>Computes it.</summary>
    /// <param name="column">The attribute.</param>
    /// <param name="isPositive">The truth of a row.</param>
    /// <param name="isPredicted">What was predicted.</param>
    /// <param name="weight">Of a row.</param>
    /// <param name="privileged">Name of the privileged group; null for none.</param>
    public FairnessReport Of(SliceColumn column, Func<int, bool> isPositive, Func<int, bool> isPredicted, Func<int, double> weight, string? privileged)
    {
        var groups = column.Values.Select(static _ => new GroupCounts()).ToArray();
        for (var row = 0; row < column.Codes.Length; row++)
            groups[column.Codes[row]].Add(isPositive(row), isPredicted(row), weight(row));
        var draws = Resample(column, groups, privileged);
        var hidden = rules.Hidden([.. groups.Select(static group => group.Rows)]);
        return new()
        {
            Attribute = column.Name,
            Privileged = privileged,
            Groups = [.. column.Values.Select((value, index) => Group(column, groups, index, hidden[index], privileged, draws))],
            Metrics = [.. All.Select(name => Disparity(name, column, groups, draws))],
        };
    }

    /// <summary>Why a rate of a group is undefined; null when it is not.</summary>
    private string? Lacking(GroupCounts group, string rate)
    {
        if (rules.TooSmall(group.Rows) is { } small)
            return small;
        var sizes = new ClassSizes(group.Positives, group.Rows - group.Positives, rules.LeastClass, rules.MaySeeSmall);
        return sizes.Lacking(BinaryMetrics.Needs(rate)) ?? (double.IsNaN(Disparities.Rate(rate, group.Counts)) ? "no row is predicted positive" : null);
    }

    private FairnessMetric Disparity(string name, SliceColumn column, GroupCounts[] groups, Replicates draws)
    {
        var lacking = new List<string>();
        var defined = new List<BinaryCounts>();
        for (var index = 0; index < groups.Length; index++)
        {
            if (Disparities.Rates(name).Select(rate => Lacking(groups[index], rate)).FirstOrDefault(static why => why is not null) is { } why)
                lacking.Add($"{column.Name}={column.Values[index]} ({why})");
            else
                defined.Add(groups[index].Counts);
        }

        var value = Disparities.Of(name, defined, Sum(groups.Select(static group => group.Counts)));
        if (lacking.Count > 0)
            return new() { Name = name, OfDefinedGroups = double.IsFinite(value) ? value : null, Undefined = "undefined for " + string.Join(", ", lacking) };
        if (!double.IsFinite(value))
            return new() { Name = name, Undefined = groups.Length < 2 ? "there is one group only" : "the rate is 0 in all groups" };
        var bounds = draws.Interval(name, plan.Confidence);
        return new() { Name = name, Value = value, Lower = bounds?.Lower, Upper = bounds?.Upper };
    }

    private FairnessGroup Group(SliceColumn column, GroupCounts[] groups, int index, bool isHidden, string? privileged, Replicates draws)
    {
        var group = groups[index];
        return new()
        {
            Value = column.Values[index],
            Rows = isHidden ? null : group.Rows,
            Positives = isHidden || !rules.ShowsPositives(group.Positives, group.Rows) ? null : group.Positives,
            Metrics = [.. Rates.Select(rate => BinaryMetrics.Metric(rate, Disparities.Rate(rate, group.Counts), Lacking(group, rate), ("bootstrap", draws.Interval(Key(rate, index), plan.Confidence))))],
            ToPrivileged = privileged is null || column.Values[index] == privileged ? [] : [.. Signed.Select(name => ToPrivileged(name, column, groups, index, privileged, draws))],
            FourFifths = FourFifths(column, groups, index),
        };
    }

    private EvaluationMetric ToPrivileged(string name, SliceColumn column, GroupCounts[] groups, int index, string privileged, Replicates draws)
    {
        var other = groups[column.Values.ToList().IndexOf(privileged)];
        string[] rates = name switch
        {
            "equal_opportunity_difference" => ["true_positive_rate"],
            "average_odds_difference" => ["true_positive_rate", "false_positive_rate"],
            _ => ["selection_rate"],
        };
        var lacking = rates.Select(rate => Lacking(groups[index], rate)).FirstOrDefault(static why => why is not null)
            ?? rates.Select(rate => Lacking(other, rate)).Where(static why => why is not null).Select(why => $"privileged group: {why}").FirstOrDefault();
        return BinaryMetrics.Metric(name, ToPrivileged(name, groups[index].Counts, other.Counts), lacking, ("bootstrap", draws.Interval(Key(name, index), plan.Confidence)));
    }

    // As AIF360 signs them: the group less the privileged one.
    private static double ToPrivileged(string name, BinaryCounts group, BinaryCounts other) => name switch
    {
        "disparate_impact" => group.SelectionRate / other.SelectionRate,
        "statistical_parity_difference" => group.SelectionRate - other.SelectionRate,
        "equal_opportunity_difference" => group.Recall - other.Recall,
        _ => (group.FalsePositiveRate - other.FalsePositiveRate + group.Recall - other.Recall) / 2,
    };

    private FourFifths? FourFifths(SliceColumn column, GroupCounts[] groups, int index)
    {
        var defined = Enumerable.Range(0, groups.Length).Where(one => Lacking(groups[one], "selection_rate") is null).ToList();
        if (defined.Count < 2 || !defined.Contains(index))
            return null;
        var reference = defined.MaxBy(one => groups[one].Counts.SelectionRate);
        var ratio = groups[index].Counts.SelectionRate / groups[reference].Counts.SelectionRate;
        if (double.IsNaN(ratio))
            return null;
        var test = Rule(groups[index], groups[reference]);
        return new()
        {
            Reference = column.Values[reference],
            ImpactRatio = ratio,
            BelowFourFifths = ratio < 0.8,
            Test = index == reference ? null : test?.Test,
            Undefined = index == reference || test is not null ? null : TooFew,
            PValue = index == reference || test is not { } told || !double.IsFinite(told.PValue) ? null : told.PValue,
            Significant = index != reference && test?.PValue < 1 - plan.Confidence,
        };
    }

    // Counts of rows say nothing of weighted rates. Null where the normal distribution has too few rows to stand for them, and there is no exact test under weights.
    private static TestOutcome? Rule(GroupCounts group, GroupCounts reference)
    {
        if (!group.IsWeighted && !reference.IsWeighted)
            return Proportions.Compare(group.Selected, group.Rows, reference.Selected, reference.Rows);
        var share = (group.Counts + reference.Counts).SelectionRate;
        return Math.Min(share, 1 - share) * Math.Min(group.Effective, reference.Effective) < LeastExpected ? null : Proportions.Weighted(group.WeightedSelection, reference.WeightedSelection);
    }

    // A group that is too small, or that a resample lacks, is left out there; the others go on.
    private Replicates Resample(SliceColumn column, GroupCounts[] groups, string? privileged)
    {
        var made = new Replicates(plan.Resamples);
        var draws = plan.For("fairness#" + column.Name);
        var other = privileged is null ? -1 : column.Values.ToList().IndexOf(privileged);
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
            var drawn = groups.Select(group => group.Draw(draws)).ToArray();
            var whole = Sum(drawn);
            foreach (var name in All)
                made.Add(name, Disparities.Of(name, drawn, whole));
            for (var index = 0; index < drawn.Length; index++)
            {
                foreach (var rate in Rates)
                    made.Add(Key(rate, index), Disparities.Rate(rate, drawn[index]));
                if (other < 0 || index == other)
                    continue;
                foreach (var name in Signed)
                    made.Add(Key(name, index), ToPrivileged(name, drawn[index], drawn[other]));
            }
        }

        return made;
    }

    private static string Key(string rate, int group) => $"{rate}#{group}";

    private static BinaryCounts Sum(IEnumerable<BinaryCounts> counts) => counts.Aggregate(default(BinaryCounts), static (sum, one) => sum + one);
}

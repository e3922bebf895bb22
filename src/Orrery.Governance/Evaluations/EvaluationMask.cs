using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>
/// A result for those who may not see small groups, where it was computed for somebody who may: of groups below the default sizes neither values nor sizes. The result that is kept is another.
/// </summary>
internal static class EvaluationMask
{
    private const string Note = "Groups of fewer than 30 rows, and rates of fewer than 10 of a class, are left out for you; 'result_sha256' is of the whole result.";
    private static readonly GroupRules Rules = new(EvaluationRules.DefaultRows, EvaluationRules.DefaultClass, MaySeeSmall: false);

    public static EvaluationResult Of(EvaluationResult result, EvaluationSpec spec)
    {
        var slices = result.Slices.GroupBy(static slice => slice.Slice, StringComparer.Ordinal).SelectMany(static group => Slices([.. group])).ToList();
        var masked = result with
        {
            Slices = slices,
            WorstSlices = EvaluationWork.WorstSlices(result.Task, slices),
            Fairness = [.. result.Fairness.Select(report => Report(report, result.Task, spec))],
            Notes = [.. result.Notes, Note],
        };
        return masked with { Gates = Gates(result.Gates, masked) };
    }

    /// <summary>Gates without what they tell of groups that a masked result does not show.</summary>
    public static IReadOnlyList<EvaluationGate> Gates(IReadOnlyList<EvaluationGate> gates, EvaluationResult masked) => [.. gates.Select(gate =>
        IsOfMetric(gate) && Gate.Read(gate.Gate).Gate?.Judge(masked, "fail") is { Value: null } told ? gate with { Value = null, Reason = gate.Outcome == "passed" ? null : told.Reason } : gate)];

    // What the evaluation does not look at at all has another reason, which stays.
    private static bool IsOfMetric(EvaluationGate gate) => gate.Value is not null || gate.Reason?.Contains(" is undefined: ", StringComparison.Ordinal) is true;

    private static IEnumerable<EvaluationSlice> Slices(List<EvaluationSlice> slices)
    {
        var hidden = Rules.Hidden([.. slices.Select(static slice => (int)(slice.Rows ?? 0))]);
        return slices.Select((slice, index) =>
        {
            var small = Rules.TooSmall((int)(slice.Rows ?? 0));
            return slice with
            {
                Rows = hidden[index] ? null : slice.Rows,
                Positives = Positives(slice.Positives, slice.Rows, hidden[index]),
                Metrics = small is not null ? [] : [.. slice.Metrics.Select(metric => Metric(metric, Lacking(slice.Rows, slice.Positives, BinaryMetrics.Needs(metric.Name))))],
                Undefined = small ?? slice.Undefined,
            };
        });
    }

    private static FairnessReport Report(FairnessReport report, string task, EvaluationSpec spec)
    {
        var hidden = Rules.Hidden([.. report.Groups.Select(static group => (int)(group.Rows ?? 0))]);
        var small = report.Groups.Where(static group => Rules.TooSmall((int)(group.Rows ?? 0)) is not null).Select(static group => group.Value).ToHashSet(StringComparer.Ordinal);
        var privileged = report.Groups.FirstOrDefault(group => group.Value == report.Privileged);
        return report with
        {
            Groups = [.. report.Groups.Select((group, index) => group with
            {
                Rows = hidden[index] ? null : group.Rows,
                Positives = Positives(group.Positives, group.Rows, hidden[index]),
                Metrics = [.. group.Metrics.Select(metric => Metric(metric, Lacking(group, metric.Name)))],
                ToPrivileged = [.. group.ToPrivileged.Select(metric => Metric(metric, LackingSigned(group, metric.Name)
                    ?? (privileged is not null && LackingSigned(privileged, metric.Name) is { } why ? $"privileged group: {why}" : null)))],
                FourFifths = group.FourFifths is { } rule && !small.Contains(group.Value) && !small.Contains(rule.Reference) ? rule : null,
            })],
            Metrics = [.. report.Metrics.Select(metric => Disparity(metric, report, task, spec))],
        };
    }

    private static FairnessMetric Disparity(FairnessMetric metric, FairnessReport report, string task, EvaluationSpec spec)
    {
        string[] rates = task == EvaluationTasks.Regression ? [""] : [.. Disparities.Rates(metric.Name)];
        var lacking = report.Groups.Select(group => (group.Value, Why: rates.Select(rate => Lacking(group, rate)).FirstOrDefault(static why => why is not null))).Where(static one => one.Why is not null).ToList();
        if (lacking.Count == 0)
            return metric;
        // Of defined groups it is what others would see, if no smaller ones were let in.
        var isOthers = metric.Value is null && (spec.MinGroupRows ?? EvaluationRules.DefaultRows) >= EvaluationRules.DefaultRows && (spec.MinGroupClass ?? EvaluationRules.DefaultClass) >= EvaluationRules.DefaultClass;
        return new()
        {
            Name = metric.Name,
            OfDefinedGroups = isOthers ? metric.OfDefinedGroups : null,
            Undefined = "undefined for " + string.Join(", ", lacking.Select(one => $"{report.Attribute}={one.Value} ({one.Why})")),
        };
    }

    private static string? Lacking(FairnessGroup group, string rate) => Lacking(group.Rows, group.Positives, BinaryMetrics.Needs(rate));

    private static string? LackingSigned(FairnessGroup group, string name) =>
        Lacking(group.Rows, group.Positives, name is "equal_opportunity_difference" or "average_odds_difference" ? NeededClasses.Both : NeededClasses.None);

    private static string? Lacking(long? rows, long? positives, NeededClasses needed) => Rules.TooSmall((int)(rows ?? 0))
        ?? (positives is { } there ? new ClassSizes((int)there, (int)(rows!.Value - there), Rules.LeastClass, TellsCounts: false).Lacking(needed) : null);

    private static long? Positives(long? positives, long? rows, bool isHidden) => isHidden || positives is not { } there || !Rules.ShowsPositives((int)there, (int)(rows ?? 0)) ? null : there;

    private static EvaluationMetric Metric(EvaluationMetric metric, string? lacking) => lacking is null ? metric : new() { Name = metric.Name, Undefined = lacking };
}

using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Computes all that an evaluation is asked for, of rows that were read.</summary>
internal sealed class EvaluationWork(EvaluationSpec spec, EvaluationColumns data, GroupRules rules, ResamplePlan plan, Action<double, string> report)
{
    private const int WholeCells = 2048;
    private const int SliceCells = 512;
    private const string Whole = "all";

    private readonly int _positive = spec.Positive is { } named ? data.Classes.ToList().IndexOf(named) : data.Classes.Count - 1;

    /// <summary>Computes it, comparisons and gates left out.</summary>
    public EvaluationResult Run(CancellationToken cancel)
    {
        var own = data.Versions[0];
        var two = spec.Task == EvaluationTasks.Binary ? Two(own) : null;
        int[] order = two?.Order() ?? [.. Enumerable.Range(0, data.Count)];
        report(0, "metrics");
        var (metrics, slices) = (Metrics(own, two, order, Whole, isWhole: true), Slices(own, two, order, cancel));
        report(0.6, "fairness");
        var result = new EvaluationResult
        {
            Task = spec.Task,
            Classes = data.Classes,
            Positive = spec.Task == EvaluationTasks.Binary ? data.Classes[_positive] : null,
            Threshold = two is { HasScores: true } ? two.Threshold : null,
            Rows = data.Count,
            RowsWithoutLabel = data.WithoutLabel,
            Seed = plan.Seed,
            Resamples = plan.Resamples,
            Confidence = plan.Confidence,
            Metrics = metrics,
            Slices = slices,
            WorstSlices = WorstSlices(spec.Task, slices),
            Fairness = Fairness(own, two, cancel),
            Notes = data.Notes,
        };
        return spec.Task switch
        {
            EvaluationTasks.Binary => result with { Confusion = Confusion(two!, order), Curves = [.. EvaluationCurves.Of(two!, order)] },
            EvaluationTasks.Multiclass => Classes(result, own, order, cancel),
            _ => result with { Curves = [EvaluationCurves.ErrorQuantiles(Errors(own))] },
        };
    }

    /// <summary>One version's rows of two classes.</summary>
    public BinaryRows Two(VersionSays says) => new(says.Numbers, Array.ConvertAll(data.Truth, code => code == _positive), data.Weights, says.HasProbabilities ? spec.Threshold ?? 0.5 : 0.5, says.HasProbabilities);

    /// <summary>One version's rows of several classes.</summary>
    public ClassRows Several(VersionSays says) => new(data.Classes.Count, data.Truth, says.Codes, says.HasProbabilities ? says.Numbers : null, data.Weights);

    /// <summary>One version's rows of a regression.</summary>
    public RegressionRows Errors(VersionSays says) => new(data.Target, says.Numbers, data.Weights);

    /// <summary>The slice that fares worst in each main metric.</summary>
    public static List<WorstSlice> WorstSlices(string task, IReadOnlyList<EvaluationSlice> slices)
    {
        var worst = new List<WorstSlice>();
        foreach (var name in EvaluationNames.Main(task))
        {
            var all = slices.Select(slice => (slice, Metric: slice.Metrics.FirstOrDefault(one => one.Name == name))).Where(static one => one.Metric?.Value is not null).ToList();
            if (all.Count == 0)
                continue;
            var (slice, metric) = EvaluationNames.IsLoss(name) ? all.MaxBy(static one => one.Metric!.Value) : all.MinBy(static one => one.Metric!.Value);
            worst.Add(new() { Slice = slice.Slice, Value = slice.Value, Metric = metric! });
        }

        return worst;
    }

    private List<EvaluationMetric> Metrics(VersionSays says, BinaryRows? two, int[] rows, string name, bool isWhole)
    {
        if (spec.Task == EvaluationTasks.Regression)
            return RegressionMetrics.Of(Errors(says), rows, name, plan);
        if (two is null)
            return ClassMetrics.Of(Several(says), rows, name, plan);
        var metrics = BinaryMetrics.Of(two, rows, name, plan, isWhole ? WholeCells : SliceCells, isWhole ? 1 : rules.LeastClass, isWhole || rules.MaySeeSmall);
        if (isWhole)
            metrics.AddRange(BinaryMetrics.Averages(ScoreTotals.Of(rows, two.Scores, two.Positive, two.Weights, two.Threshold).Counts));
        return metrics;
    }

    private List<EvaluationSlice> Slices(VersionSays own, BinaryRows? two, int[] order, CancellationToken cancel)
    {
        var slices = new List<EvaluationSlice>();
        foreach (var name in EvaluationNames.Slices(spec))
        {
            var column = Column(name);
            var groups = column.Split(order);
            var hidden = rules.Hidden([.. groups.Select(static rows => rows.Length)]);
            var made = new EvaluationSlice[groups.Length];
            Parallel.For(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancel }, group =>
                made[group] = Slice(column, group, groups[group], hidden[group], own, two));
            slices.AddRange(made);
        }

        return slices;
    }

    private EvaluationSlice Slice(SliceColumn column, int group, int[] rows, bool isHidden, VersionSays own, BinaryRows? two)
    {
        var small = rules.TooSmall(rows.Length);
        var positives = two is null ? 0 : rows.Count(row => two.Positive[row]);
        return new()
        {
            Slice = column.Name,
            Value = column.Values[group],
            Rows = isHidden ? null : rows.Length,
            Positives = two is null || isHidden || !rules.ShowsPositives(positives, rows.Length) ? null : positives,
            Metrics = small is null ? Metrics(own, two, rows, $"{column.Name}={column.Values[group]}", isWhole: false) : [],
            Undefined = small,
        };
    }

    private SliceColumn Column(string name) => SliceColumn.Cross([.. name.Split(SliceColumn.Joint).Select(part => data.Slices[part])]);

    private List<FairnessReport> Fairness(VersionSays own, BinaryRows? two, CancellationToken cancel)
    {
        var reports = new List<FairnessReport>();
        foreach (var name in EvaluationNames.Sensitive(spec))
        {
            cancel.ThrowIfCancellationRequested();
            var column = Column(name);
            var privileged = spec.Privileged.GetValueOrDefault(name) is { } group && column.Values.Contains(group) ? group : null;
            if (spec.Task == EvaluationTasks.Regression)
                reports.Add(new FairnessOfErrors(rules, plan).Of(column, Errors(own), privileged));
            else if (two is not null)
                reports.Add(new FairnessOfClasses(rules, plan).Of(column, row => two.Positive[row], two.IsPredicted, two.Weight, privileged));
            else
                reports.Add(new FairnessOfClasses(rules, plan).Of(column, row => data.Truth[row] == _positive, row => own.Codes[row] == _positive, row => data.Weights is null ? 1 : data.Weights[row], privileged));
        }

        return reports;
    }

    private double[][] Confusion(BinaryRows two, int[] order)
    {
        var counts = ScoreTotals.Of(order, two.Scores, two.Positive, two.Weights, two.Threshold).Counts;
        return _positive == 1 ? [[counts.Tn, counts.Fp], [counts.Fn, counts.Tp]] : [[counts.Tp, counts.Fn], [counts.Fp, counts.Tn]];
    }

    private EvaluationResult Classes(EvaluationResult result, VersionSays own, int[] order, CancellationToken cancel)
    {
        var counts = ClassMetrics.Count(Several(own), order, out _);
        var per = new List<EvaluationSlice>();
        var (macro, weighted) = (0.0, 0.0);
        for (var code = 0; code < data.Classes.Count; code++)
        {
            cancel.ThrowIfCancellationRequested();
            var one = counts.Against(code);
            var metrics = new List<EvaluationMetric>
            {
                BinaryMetrics.Metric("precision", one.Precision, null, ("", null)),
                BinaryMetrics.Metric("recall", one.Recall, null, ("", null)),
                BinaryMetrics.Metric("f1", one.F1, null, ("", null)),
            };
            if (own.Probabilities is { } probabilities)
            {
                var (current, width) = (code, data.Classes.Count);
                var scores = Enumerable.Range(0, data.Count).Select(row => (double)probabilities[((long)row * width) + current]).ToArray();
                var rows = new BinaryRows(scores, Array.ConvertAll(data.Truth, truth => truth == current), data.Weights, 0.5, hasScores: true);
                var auc = ScoreTotals.Of(rows.Order(), scores, rows.Positive, data.Weights, 0.5).Auc;
                metrics.Add(BinaryMetrics.Metric("auc", auc, null, ("", null)));
                (macro, weighted) = (macro + (auc / width), weighted + (auc * counts.Truth(code) / counts.All));
            }

            per.Add(new() { Slice = spec.Label, Value = data.Classes[code], Rows = data.Truth.Count(truth => truth == code), Metrics = metrics });
        }

        return result with
        {
            PerClass = per,
            Confusion = [.. Enumerable.Range(0, data.Classes.Count).Select(truth => Enumerable.Range(0, data.Classes.Count).Select(predicted => counts[truth, predicted]).ToArray())],
            Metrics = own.Probabilities is null ? result.Metrics
                : [.. result.Metrics, BinaryMetrics.Metric("auc_ovr_macro", macro, null, ("", null)), BinaryMetrics.Metric("auc_ovr_weighted", weighted, null, ("", null))],
        };
    }
}

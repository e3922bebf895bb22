using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>What an evaluation may ask for.</summary>
internal static class EvaluationRules
{
    public const long DefaultSeed = 1;
    public const int DefaultResamples = 200;
    public const double DefaultConfidence = 0.95;
    public const int DefaultRows = 30;
    public const int DefaultClass = 10;

    private const string Percentile = "percentile";
    private const string Corrected = "bca";
    private const int MostNames = 50;
    private const int LongestText = 1000;

    /// <summary><c>governance.invalid_evaluation</c> for the first thing that is wrong; null for nothing.</summary>
    public static Failure? Problem(EvaluationSpec spec) =>
        Model(spec).Concat(RowRules.Problems(spec.Data)).Concat(Names(spec)).Concat(Numbers(spec)).Concat(Gates(spec)).FirstOrDefault() is { } wrong ? Failure.Invalid("governance.invalid_evaluation", wrong) : null;

    public static ResamplePlan Plan(EvaluationSpec spec) => new(spec.Seed ?? DefaultSeed, spec.Resamples ?? DefaultResamples, spec.Confidence ?? DefaultConfidence) { IsCorrected = spec.Interval == Corrected };

    public static GroupRules Groups(EvaluationSpec spec, bool seesSmall) => new(spec.MinGroupRows ?? DefaultRows, spec.MinGroupClass ?? DefaultClass, seesSmall);

    /// <summary>Why a version is no baseline of another; null when it is.</summary>
    public static Failure? Baseline(ModelPackage own, ModelPackage baseline) =>
        own.Version == baseline.Version ? Failure.Invalid("governance.invalid_evaluation", $"'baseline' is version {own.Version} itself; every difference would be 0.")
        : own.Sha256 is { Length: > 0 } hash && hash == baseline.Sha256 ? Failure.Invalid("governance.invalid_evaluation", $"The baseline, version {baseline.Version}, has the very files of version {own.Version}; every difference would be 0.")
        : null;

    private static IEnumerable<string> Model(EvaluationSpec spec)
    {
        if (spec.Model.Length == 0 || spec.Version.Length == 0)
            yield return "Say which version to evaluate: 'model' and 'version'.";
        if (!EvaluationTasks.All.Contains(spec.Task))
            yield return $"'task' is '{spec.Task}'; it must be {string.Join(", ", EvaluationTasks.All)}.";
        if (spec.Label.Length == 0)
            yield return "'label' must name the column with the truth.";
        if (spec.Task == EvaluationTasks.Regression && spec.Positive is not null)
            yield return "'positive' is of classifiers.";
        if (spec.Threshold is not null && spec.Task != EvaluationTasks.Binary)
            yield return "'threshold' is of a binary classifier.";
        if (spec.Task == EvaluationTasks.Multiclass && spec.Sensitive.Count > 0 && spec.Positive is null)
            yield return "Fairness of several classes looks at one of them: name it in 'positive'.";
    }

    private static IEnumerable<string> Names(EvaluationSpec spec)
    {
        if (spec.Slices.Count > MostNames || spec.Sensitive.Count > MostNames || spec.Gates.Count > MostNames)
            yield return $"'slices', 'sensitive' and 'gates' may have {MostNames} entries each.";
        foreach (var name in spec.Slices.Concat(spec.Sensitive))
        {
            var parts = name.Split(SliceColumn.Joint);
            if (parts.Length > 3 || parts.Any(static part => part.Length is 0 or > LongestText) || parts.Distinct(StringComparer.Ordinal).Count() < parts.Length)
                yield return $"'{name}' is no column, nor two or three different ones joined by *.";
            else if (parts.Contains(spec.Label))
                yield return $"'{name}' slices by the label.";
        }

        if (spec.Privileged.Keys.FirstOrDefault(name => !EvaluationNames.Sensitive(spec).Contains(name)) is { } unknown)
            yield return $"'privileged' names '{unknown}', which is none of 'sensitive'.";
        if (spec.Columns.FirstOrDefault(one => IsLabel(one.Value, spec)) is { Key: { } leaked })
            yield return $"'columns' gives the label '{spec.Label}' to the model as '{leaked}'.";
        if (spec.Features.Any(name => IsLabel(name, spec)))
            yield return $"'features' has the label '{spec.Label}'.";
        if (spec.Weight is { } weight && IsLabel(weight, spec))
            yield return "'weight' is the label.";
        if (spec.Features.Count > 0 && spec.Columns.Count > 0)
            yield return "'features' names the data's columns in the model's order; 'columns' has no place beside it.";
    }

    // The engine does not tell capitals apart in columns' names.
    private static bool IsLabel(string column, EvaluationSpec spec) => spec.Label.Length > 0 && string.Equals(column, spec.Label, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Numbers(EvaluationSpec spec)
    {
        if (spec.Threshold is not (null or (>= 0 and <= 1)))
            yield return $"'threshold' is {spec.Threshold}; it must be 0 to 1.";
        if (spec.Resamples is < 0 or > 10_000)
            yield return $"'resamples' is {spec.Resamples}; it must be 0 to 10,000.";
        if (spec.Confidence is not (null or (>= 0.5 and <= 0.999)))
            yield return $"'confidence' is {spec.Confidence}; it must be 0.5 to 0.999.";
        if (spec.MinGroupRows is < 2 or > 1_000_000)
            yield return $"'min_group_rows' is {spec.MinGroupRows}; it must be 2 to 1,000,000.";
        if (spec.MinGroupClass is < 1 or > 1_000_000)
            yield return $"'min_group_class' is {spec.MinGroupClass}; it must be 1 to 1,000,000.";
        if (spec.Correction is not (PAdjustment.HolmName or PAdjustment.BenjaminiHochbergName or "none"))
            yield return $"'correction' is '{spec.Correction}'; it must be {PAdjustment.HolmName}, {PAdjustment.BenjaminiHochbergName} or none.";
        if (spec.Interval is not (Percentile or Corrected))
            yield return $"'interval' is '{spec.Interval}'; it must be {Percentile} or {Corrected}.";
        if (spec.OnUndefined is not ("fail" or "ignore"))
            yield return $"'on_undefined' is '{spec.OnUndefined}'; it must be fail or ignore.";
    }

    private static IEnumerable<string> Gates(EvaluationSpec spec) => spec.Gates.Select(gate => Gate.Parse(gate, spec).Problem).OfType<string>();
}

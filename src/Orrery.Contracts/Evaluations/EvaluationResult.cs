namespace Orrery.Contracts;

/// <summary>What an evaluation found.</summary>
public sealed record EvaluationResult
{
    /// <summary><c>binary</c>, <c>multiclass</c> or <c>regression</c>.</summary>
    public string Task { get => field ?? ""; init; }

    /// <summary>The label's values, in the model's order; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get => field ?? []; init; }

    /// <summary>The class that a binary classifier looks for.</summary>
    public string? Positive { get; init; }

    /// <summary>Score from which on a row is predicted positive; absent when the model gives labels alone.</summary>
    public double? Threshold { get; init; }

    /// <summary>Rows that were evaluated.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were left out because they have no label.</summary>
    public long RowsWithoutLabel { get; init; }

    /// <summary>Seed of the resamples.</summary>
    public long Seed { get; init; }

    /// <summary>Bootstrap resamples.</summary>
    public int Resamples { get; init; }

    /// <summary>Of the intervals.</summary>
    public double Confidence { get; init; }

    /// <summary>Where the rows came from, with SHA-256 where it is known.</summary>
    public IReadOnlyList<EvaluationSource> Sources { get => field ?? []; init; }

    /// <summary>Over all rows.</summary>
    public IReadOnlyList<EvaluationMetric> Metrics { get => field ?? []; init; }

    /// <summary>Weights of rows by true class and predicted class, in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Confusion { get => field ?? []; init; }

    /// <summary>Curves: calibration, thresholds, lift, ROC and precision-recall of a binary classifier.</summary>
    public IReadOnlyList<EvaluationCurve> Curves { get => field ?? []; init; }

    /// <summary>Metrics by class of a multiclass classifier, each against the rest.</summary>
    public IReadOnlyList<EvaluationSlice> PerClass { get => field ?? []; init; }

    /// <summary>Metrics by slice and intersection.</summary>
    public IReadOnlyList<EvaluationSlice> Slices { get => field ?? []; init; }

    /// <summary>The slice that fares worst, for each main metric.</summary>
    public IReadOnlyList<WorstSlice> WorstSlices { get => field ?? []; init; }

    /// <summary>Fairness over each protected attribute and intersection.</summary>
    public IReadOnlyList<FairnessReport> Fairness { get => field ?? []; init; }

    /// <summary>Paired comparisons with other versions on the same rows.</summary>
    public IReadOnlyList<EvaluationComparison> Comparisons { get => field ?? []; init; }

    /// <summary>Gates, in the order in which they were given.</summary>
    public IReadOnlyList<EvaluationGate> Gates { get => field ?? []; init; }

    /// <summary>What a reader must know besides.</summary>
    public IReadOnlyList<string> Notes { get => field ?? []; init; }
}

/// <summary>Where rows came from.</summary>
public sealed record EvaluationSource
{
    /// <summary>File, training set, table or query.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>SHA-256 of the file; absent for what is no file.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A metric with its interval.</summary>
public sealed record EvaluationMetric
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Value; absent when it is undefined.</summary>
    public double? Value { get; init; }

    /// <summary>Lower bound of the interval.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper bound of the interval.</summary>
    public double? Upper { get; init; }

    /// <summary>How the interval was computed: <c>bootstrap</c>, <c>bca</c>, <c>delong</c> or <c>normal</c>.</summary>
    public string? Method { get; init; }

    /// <summary>Why there is no value.</summary>
    public string? Undefined { get; init; }
}

/// <summary>Points of a curve.</summary>
public sealed record EvaluationCurve
{
    /// <summary><c>roc</c>, <c>precision_recall</c>, <c>calibration</c>, <c>threshold</c>, <c>lift</c> or <c>error_quantiles</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What the numbers of a point are.</summary>
    public IReadOnlyList<string> Columns { get => field ?? []; init; }

    /// <summary>The points.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Points { get => field ?? []; init; }
}

/// <summary>A slice of the rows, or a class against the rest.</summary>
public sealed record EvaluationSlice
{
    /// <summary>Column, or columns joined by <c>*</c>.</summary>
    public string Slice { get => field ?? ""; init; }

    /// <summary>Value, or values joined by <c>*</c>.</summary>
    public string Value { get => field ?? ""; init; }

    /// <summary>Rows; absent when suppressed.</summary>
    public long? Rows { get; init; }

    /// <summary>Positives of a binary classifier.</summary>
    public long? Positives { get; init; }

    /// <summary>Metrics; empty when there are too few rows.</summary>
    public IReadOnlyList<EvaluationMetric> Metrics { get => field ?? []; init; }

    /// <summary>Why there are no metrics.</summary>
    public string? Undefined { get; init; }
}

/// <summary>The slice that fares worst in a metric.</summary>
public sealed record WorstSlice
{
    /// <summary>Column, or columns joined by <c>*</c>.</summary>
    public string Slice { get => field ?? ""; init; }

    /// <summary>Value, or values joined by <c>*</c>.</summary>
    public string Value { get => field ?? ""; init; }

    /// <summary>Its metric.</summary>
    public EvaluationMetric Metric { get => field ?? new(); init; }
}

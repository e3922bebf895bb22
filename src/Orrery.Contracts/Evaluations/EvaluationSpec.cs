namespace Orrery.Contracts;

/// <summary>What an evaluation is to compute: of which version, over which rows.</summary>
public sealed record EvaluationSpec
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Where the rows come from.</summary>
    public EvaluationData Data { get => field ?? new(); init; }

    /// <summary>Column with the truth. Rows without it are left out and counted.</summary>
    public string Label { get => field ?? ""; init; }

    /// <summary><c>binary</c>, <c>multiclass</c> or <c>regression</c>.</summary>
    public string Task { get => field ?? ""; init; }

    /// <summary>The label's value that a binary classifier looks for; the greatest one by default. With several classes: the one that fairness looks at.</summary>
    public string? Positive { get; init; }

    /// <summary>A binary classifier's score from which on a row is predicted positive, 0 to 1. Default 0.5.</summary>
    public double? Threshold { get; init; }

    /// <summary>Columns to slice by, or several joined by <c>*</c> for their intersection. Numbers of more than 20 values are cut at their quartiles.</summary>
    public IReadOnlyList<string> Slices { get => field ?? []; init; }

    /// <summary>Whether all pairs of <see cref="Slices"/>, and of <see cref="Sensitive"/>, are looked at, too.</summary>
    public bool Intersections { get; init; }

    /// <summary>Protected attributes that fairness is computed over: columns, or several joined by <c>*</c>.</summary>
    public IReadOnlyList<string> Sensitive { get => field ?? []; init; }

    /// <summary>The privileged group of a protected attribute; groups are compared with it besides.</summary>
    public IReadOnlyDictionary<string, string> Privileged { get => field ?? None; init; }

    /// <summary>Column of row weights, each 0 or more.</summary>
    public string? Weight { get; init; }

    /// <summary>Columns that the model knows under other names: from the model's to the data's.</summary>
    public IReadOnlyDictionary<string, string> Columns { get => field ?? None; init; }

    /// <summary>The data's columns in the model's order, for a model without names of columns.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    /// <summary>Version of the same model to compare with.</summary>
    public string? Baseline { get; init; }

    /// <summary>Whether to compare with the version in production, where there is one. Default true.</summary>
    public bool? CompareProduction { get; init; }

    /// <summary>Thresholds: <c>auc >= 0.8</c>, <c>auc.lower >= 0.75</c>, <c>auc@contract=Monthly >= 0.7</c>, <c>demographic_parity_ratio(female) >= 0.8</c>, <c>delta.auc >= -0.01</c>.</summary>
    public IReadOnlyList<string> Gates { get => field ?? []; init; }

    /// <summary>What a gate does on a metric that is undefined: <c>fail</c> (default), or <c>ignore</c>, which is said with the gate.</summary>
    public string OnUndefined { get => field ?? "fail"; init; }

    /// <summary>Seed of the resamples. Default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Bootstrap resamples, 0 (no intervals) to 10,000. Default 200.</summary>
    public int? Resamples { get; init; }

    /// <summary>Bootstrap intervals of metrics, over all rows and slices: <c>percentile</c> (default), or <c>bca</c>, bias-corrected and accelerated.</summary>
    public string Interval { get => field ?? "percentile"; init; }

    /// <summary>Of the intervals, 0.5 to 0.999. Default 0.95.</summary>
    public double? Confidence { get; init; }

    /// <summary>Correction of the comparisons' p-values over the metrics: <c>holm</c> (default), <c>benjamini_hochberg</c> or <c>none</c>.</summary>
    public string Correction { get => field ?? "holm"; init; }

    /// <summary>Rows that a group must have, 2 or more. Default 30.</summary>
    public int? MinGroupRows { get; init; }

    /// <summary>Positives, and negatives, that a group must have for the rates among them, 1 or more. Default 10.</summary>
    public int? MinGroupClass { get; init; }

    /// <summary>Whether metrics, tables and plots go to the version's run. Default true.</summary>
    public bool? Export { get; init; }

    internal static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();
}

/// <summary>Rows to evaluate on: of a training set, of files, of a table or of a query.</summary>
public sealed record EvaluationData
{
    /// <summary>Id of a training set.</summary>
    public string? TrainingSet { get; init; }

    /// <summary>Project of the training set.</summary>
    public string? Project { get; init; }

    /// <summary>Files of the workspace by path or glob, or <c>file:</c> and <c>s3:</c> addresses that the server allows.</summary>
    public IReadOnlyList<string> Files { get => field ?? []; init; }

    /// <summary>What the files are written in: <c>parquet</c>, <c>csv</c> or <c>jsonl</c>; by their endings when absent.</summary>
    public string? Format { get; init; }

    /// <summary>A warehouse of the server, for a table or query.</summary>
    public string? Warehouse { get; init; }

    /// <summary>A table of the warehouse.</summary>
    public string? Table { get; init; }

    /// <summary>One select: of the warehouse, or without one of the files that <see cref="Tables"/> names.</summary>
    public string? Query { get; init; }

    /// <summary>Of a query without a warehouse: files by the name that the query calls them.</summary>
    public IReadOnlyDictionary<string, string> Tables { get => field ?? EvaluationSpec.None; init; }
}

using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>An explanation report of a version. What it found never changes.</summary>
public sealed record ExplanationReport
{
    /// <summary>32 hex digits; later ones sort after earlier ones.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>As it was asked for.</summary>
    public ExplanationSpec Spec { get => field ?? new(); init; }

    /// <summary>The job that makes it.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary>0 to 1, while it is made.</summary>
    public double? Progress { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The same for people.</summary>
    public string? Error { get; init; }

    /// <summary>Who asked.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>SHA-256 of <see cref="Result"/> as it is kept, hex; absent until it has succeeded.</summary>
    public string? ContentHash { get; init; }

    /// <summary>What was found.</summary>
    public ExplanationResult? Result { get; init; }
}

/// <summary>One page of reports, newest first, without what they found.</summary>
public sealed record ExplanationPage
{
    /// <summary>The reports.</summary>
    public IReadOnlyList<ExplanationReport> Explanations { get => field ?? []; init; }

    /// <summary>For the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Whether a report was computed again to the last digit.</summary>
public sealed record ExplanationReproduction
{
    /// <summary>True when all is the same.</summary>
    public bool Reproduced { get; init; }

    /// <summary>Of the report.</summary>
    public string ContentHash { get => field ?? ""; init; }

    /// <summary>Of what was computed now.</summary>
    public string ContentHashNow { get => field ?? ""; init; }

    /// <summary>The parts that differ.</summary>
    public IReadOnlyList<string> Differences { get => field ?? []; init; }
}

/// <summary>What a report found.</summary>
public sealed record ExplanationResult
{
    /// <summary>How Shapley values were computed: <c>exact</c>, <c>kernel</c>, <c>tree</c> or <c>linear</c>.</summary>
    public string Method { get => field ?? ""; init; }

    /// <summary>Why it was not a closed form; absent when it was, or was not asked for.</summary>
    public string? MethodReason { get; init; }

    /// <summary>What the values add up to: <c>output</c> (the probability or predicted value) or <c>margin</c> (the raw output before the sigmoid or softmax: log-odds).</summary>
    public string Scale { get => field ?? ""; init; }

    /// <summary>SHA-256 of the version's files.</summary>
    public string ModelSha256 { get => field ?? ""; init; }

    /// <summary>The class that is explained; absent for a regression.</summary>
    public int? Class { get; init; }

    /// <summary>SHA-256 of the values of all rows that were read.</summary>
    public string DataSha256 { get => field ?? ""; init; }

    /// <summary>How many there were.</summary>
    public int DataRows { get; init; }

    /// <summary>What the values are relative to.</summary>
    public ExplanationBackground Background { get => field ?? new(); init; }

    /// <summary>How many rows were explained.</summary>
    public int Rows { get; init; }

    /// <summary>Largest |base + sum of values - prediction| of all rows.</summary>
    public double EfficiencyError { get; init; }

    /// <summary>Columns by the mean of the values' sizes, greatest first.</summary>
    public IReadOnlyList<FeatureImportance> Importance { get => field ?? []; init; }

    /// <summary>How much worse the model is when columns are permuted; none without a label.</summary>
    public PermutationReport? Permutation { get; init; }

    /// <summary>How the answer moves with a column.</summary>
    public IReadOnlyList<FeatureEffect> Effects { get => field ?? []; init; }

    /// <summary>Rows that are typical, and at the ends.</summary>
    public IReadOnlyList<ExampleExplanation> Examples { get => field ?? []; init; }

    /// <summary>A small tree that says about what the model says; absent when none was asked for, or there are fewer than ten rows.</summary>
    public SurrogateReport? Surrogate { get; init; }

    /// <summary>Smallest changes of some rows that are not answered as wanted; absent when none were asked for.</summary>
    public IReadOnlyList<RowCounterfactuals>? Counterfactuals { get; init; }
}

/// <summary>Rows that explanations are relative to, and how they were drawn.</summary>
public sealed record ExplanationBackground
{
    /// <summary>SHA-256 of their values, hex.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>How they were drawn: <c>without replacement</c> or <c>all rows</c>.</summary>
    public string Drawn { get => field ?? ""; init; }

    /// <summary>How many.</summary>
    public int Rows { get; init; }

    /// <summary>Of the draw.</summary>
    public int Seed { get; init; }

    /// <summary>Their places in the data, from 0.</summary>
    public IReadOnlyList<int> Places { get => field ?? []; init; }

    /// <summary>What the model says of them on average, on the scale that is explained.</summary>
    public double BaseValue { get; init; }
}

/// <summary>How much a column moves answers.</summary>
public sealed record FeatureImportance
{
    /// <summary>Column.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>Mean of |value| over the rows.</summary>
    public double MeanAbs { get; init; }

    /// <summary>Mean of the values.</summary>
    public double Mean { get; init; }
}

/// <summary>Permutation importance.</summary>
public sealed record PermutationReport
{
    /// <summary><c>roc_auc</c>, <c>accuracy</c> or <c>r2</c>.</summary>
    public string Metric { get => field ?? ""; init; }

    /// <summary>Of the rows as they are.</summary>
    public double Score { get; init; }

    /// <summary>Times that each was permuted.</summary>
    public int Repeats { get; init; }

    /// <summary>Columns and groups, greatest first.</summary>
    public IReadOnlyList<PermutationLoss> Features { get => field ?? []; init; }
}

/// <summary>What the metric loses when columns are permuted.</summary>
public sealed record PermutationLoss
{
    /// <summary>Column, or group of columns.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>Mean loss.</summary>
    public double Mean { get; init; }

    /// <summary>Standard deviation over the repeats (of the population, as scikit-learn's).</summary>
    public double Std { get; init; }
}

/// <summary>How answers move with one column.</summary>
public sealed record FeatureEffect
{
    /// <summary>Column.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>Values of it: up to 50 quantiles, or categories.</summary>
    public IReadOnlyList<JsonElement> Grid { get => field ?? []; init; }

    /// <summary>Partial dependence: the mean answer when all rows have that value.</summary>
    public IReadOnlyList<double> PartialDependence { get => field ?? []; init; }

    /// <summary>Of some rows their own curves less their first point (centred ICE), [rows][grid].</summary>
    public IReadOnlyList<IReadOnlyList<double>> CentredIce { get => field ?? []; init; }

    /// <summary>Accumulated local effects at the grid, centred; none for texts.</summary>
    public IReadOnlyList<double> AccumulatedLocalEffects { get => field ?? []; init; }
}

/// <summary>The explanation of one row of the data.</summary>
public sealed record ExampleExplanation
{
    /// <summary><c>typical</c>, <c>highest</c> or <c>lowest</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Its place in the data, from 0.</summary>
    public int Row { get; init; }

    /// <summary>Its columns; left out for who may not see restricted rows.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Features { get; init; }

    /// <summary>Its explanation.</summary>
    public InstanceExplanation Explanation { get => field ?? new(); init; }
}

using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>All that the server tells of a training set: what listings show comes first, then what it was made of once it is ready.</summary>
[WritesEmptyLists]
public sealed record TrainingSetDetail : TrainingSetInfo
{
    /// <summary>What it was made of; absent until it is ready, as is all that follows.</summary>
    [JsonPropertyOrder(1)]
    public TrainingSetManifest? Manifest { get; init; }

    /// <summary>By feature, without those that the caller may not see.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<TrainingSetColumnStatistics>? Statistics { get; init; }

    /// <summary>Why values may be others than were known at the entity rows' times.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Entity rows that were left out, of subjects who had opted out of training; absent for none.</summary>
    [JsonPropertyOrder(1)]
    public long? OptedOutRows { get; init; }

    /// <summary>What the rules said of the rows that were read.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<TrainingSetQuality>? Quality { get; init; }

    /// <summary>What <c>runs/log-inputs</c> takes, so that a run says what it was trained on.</summary>
    [JsonPropertyOrder(1)]
    public DatasetInput? DatasetInput { get; init; }
}

/// <summary>Statistics of a feature in a training set. Of numbers those of numbers, of texts and truths their most frequent values.</summary>
public sealed record TrainingSetColumnStatistics
{
    /// <summary>The column.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Type of the feature.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>Rows.</summary>
    public long Count { get; init; }

    /// <summary>Of them without a value.</summary>
    public long Nulls { get; init; }

    /// <summary>About how many different values.</summary>
    public long DistinctApprox { get; init; }

    /// <summary>Mean of the finite values.</summary>
    public double? Mean { get; init; }

    /// <summary>Standard deviation.</summary>
    public double? Sd { get; init; }

    /// <summary>The least value.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest value.</summary>
    public double? Max { get; init; }

    /// <summary>Values by the share of rows that are not above them, as <c>0.25</c>.</summary>
    public IReadOnlyDictionary<string, double?>? Quantiles { get; init; }

    /// <summary>How the values are spread; absent when all are the same.</summary>
    public TrainingSetHistogram? Histogram { get; init; }

    /// <summary>The most frequent values, most frequent first.</summary>
    public IReadOnlyList<TrainingSetValueCount>? Top { get; init; }
}

/// <summary>Counts between edges.</summary>
/// <param name="Edges">One more than there are counts, ascending.</param>
/// <param name="Counts">Values from one edge to the next.</param>
public sealed record TrainingSetHistogram(IReadOnlyList<double> Edges, IReadOnlyList<long> Counts);

/// <summary>A value and how often it is there.</summary>
/// <param name="Value">The value as text; null for none.</param>
/// <param name="Count">Rows that have it.</param>
public sealed record TrainingSetValueCount(string? Value, long Count);

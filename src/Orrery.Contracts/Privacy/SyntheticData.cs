namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/privacy/syntheses</c>: which table is imitated.</summary>
public sealed record SyntheticSpec
{
    /// <summary>The rows; 50 to 200,000.</summary>
    public BatchInput Data { get => field ?? new(); init; }

    /// <summary>Rows to make. Default as many as there are, up to 200,000.</summary>
    public int? Rows { get; init; }

    /// <summary>Of the lot: the same seed and data give the same rows. Default 1.</summary>
    public int? Seed { get; init; }

    /// <summary>Rows that must share a value before it may appear, 2 to 1,000. Default 5.</summary>
    public int? K { get; init; }
}

/// <summary>A synthetic copy of a table.</summary>
public sealed record SyntheticData
{
    /// <summary>Rows that it has.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that it was made of.</summary>
    public long FittedRows { get; init; }

    /// <summary>Rows that were kept aside, to measure privacy by.</summary>
    public long HoldoutRows { get; init; }

    /// <summary>Of the lot.</summary>
    public int Seed { get; init; }

    /// <summary>How far each column is from the real one.</summary>
    public IReadOnlyList<SyntheticColumn> Columns { get => field ?? []; init; }

    /// <summary>Mean difference of rank correlations between pairs of columns.</summary>
    public double MeanCorrelationDifference { get; init; }

    /// <summary>Greatest difference.</summary>
    public double MaxCorrelationDifference { get; init; }

    /// <summary>How far rows are from real ones.</summary>
    public SyntheticPrivacy Privacy { get => field ?? new(); init; }

    /// <summary>The rows, a file of Parquet in base64.</summary>
    public byte[] Parquet { get => field ?? []; init; }
}

/// <summary>A synthetic column against the real one.</summary>
public sealed record SyntheticColumn
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>numeric</c>, <c>categorical</c>, or <c>replaced</c>: made-up texts where nearly each row had its own.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Of numbers the Kolmogorov-Smirnov distance, of categories that of total variation; 0 to 1. Absent for what is replaced.</summary>
    public double? Distance { get; init; }

    /// <summary>Share of nulls in the real column.</summary>
    public double NullShare { get; init; }

    /// <summary>Share of nulls in the synthetic one.</summary>
    public double SyntheticNullShare { get; init; }

    /// <summary>Values that were too rare to appear.</summary>
    public long RareValues { get; init; }
}

/// <summary>How private synthetic rows are.</summary>
public sealed record SyntheticPrivacy
{
    /// <summary>Median distance of synthetic rows to the nearest row that they were made of (Gower's: 0 to 1).</summary>
    public double NearestFitted { get; init; }

    /// <summary>Median distance to the nearest of as many rows that were kept aside.</summary>
    public double NearestHoldout { get; init; }

    /// <summary>The first by the second: about 1 where nothing is remembered, towards 0 where rows are copied.</summary>
    public double Ratio { get; init; }

    /// <summary>Share of synthetic rows that are nearer to a row that they were made of: about 0.5 where nothing is remembered.</summary>
    public double NearerToFitted { get; init; }

    /// <summary>Synthetic rows that are one person's row to the last value.</summary>
    public long ExactCopies { get; init; }

    /// <summary>Rows that were such copies and were drawn anew.</summary>
    public long Redrawn { get; init; }
}

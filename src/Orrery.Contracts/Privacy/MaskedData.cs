namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/privacy/masks</c>: what is masked, and how.</summary>
public sealed record MaskSpec
{
    /// <summary>The rows; up to 200,000.</summary>
    public BatchInput Data { get => field ?? new(); init; }

    /// <summary>
    /// Policies by column: <c>keep</c>, <c>drop</c>, <c>redact</c>, <c>hash</c> (differs by column), <c>token</c> (the same for the same value in the workspace),
    /// <c>format</c> (digits for digits, letters for letters), <c>truncate:3</c>, <c>year</c>, <c>month</c>, <c>bin:10</c>, <c>noise:0.1</c>. Columns that are
    /// not named are masked by the kind of personal data that is found in them, and else kept.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary>Of the noise, for tests: it is repeatable then. Drawn anew each time otherwise.</summary>
    public int? Seed { get; init; }

    /// <summary>Columns by which somebody may be known, looked at when they are masked.</summary>
    public IReadOnlyList<string> QuasiIdentifiers { get => field ?? []; init; }

    /// <summary>Column that must not be told of anybody.</summary>
    public string? Sensitive { get; init; }

    /// <summary>Rows that must share their quasi-identifiers. Default 5.</summary>
    public int? K { get; init; }

    /// <summary>Different values of <see cref="Sensitive"/> that they must have.</summary>
    public int? L { get; init; }

    /// <summary>True to leave out rows that fall short.</summary>
    public bool Suppress { get; init; }
}

/// <summary>A masked table.</summary>
public sealed record MaskedData
{
    /// <summary>Rows that it has.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were left out.</summary>
    public long Suppressed { get; init; }

    /// <summary>What became of each column.</summary>
    public IReadOnlyList<MaskedColumn> Columns { get => field ?? []; init; }

    /// <summary>How well rows hide among each other; absent where no quasi-identifiers were named.</summary>
    public AnonymityReport? Anonymity { get; init; }

    /// <summary>The rows, a file of Parquet in base64.</summary>
    public byte[] Parquet { get => field ?? []; init; }
}

/// <summary>A column of a masked table.</summary>
public sealed record MaskedColumn
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Kind of personal data that was found in it.</summary>
    public string? Kind { get; init; }

    /// <summary>What was done.</summary>
    public string Policy { get => field ?? ""; init; }
}

/// <summary>k-anonymity and l-diversity of a table.</summary>
public sealed record AnonymityReport
{
    /// <summary>Columns by which somebody may be known.</summary>
    public IReadOnlyList<string> QuasiIdentifiers { get => field ?? []; init; }

    /// <summary>Column that must not be told of anybody.</summary>
    public string? Sensitive { get; init; }

    /// <summary>Rows.</summary>
    public long Rows { get; init; }

    /// <summary>Groups of rows that share their quasi-identifiers.</summary>
    public long Classes { get; init; }

    /// <summary>Rows of the smallest: the table is k-anonymous for this k.</summary>
    public long SmallestClass { get; init; }

    /// <summary>Fewest different sensitive values of a group: the table is l-diverse for this l.</summary>
    public long? SmallestDiversity { get; init; }

    /// <summary>Rows of groups that fall short of what was asked.</summary>
    public long RowsBelow { get; init; }
}

namespace Orrery.Governance;

/// <summary>What is known of a country's numbers, as a file of data says it.</summary>
internal sealed record CountryPack
{
    /// <summary>ISO 3166-1 alpha-2, in small letters.</summary>
    public required string Country { get; init; }

    /// <summary>Numbers by which people go.</summary>
    public IReadOnlyList<NationalId> Ids { get => field ?? []; init; }

    /// <summary>Phone numbers as they are written within the country.</summary>
    public IReadOnlyList<string> Phones { get => field ?? []; init; }

    /// <summary>Words of streets and the like, in small letters.</summary>
    public IReadOnlyList<string> Streets { get => field ?? []; init; }
}

/// <summary>A number by which people go.</summary>
internal sealed record NationalId
{
    /// <summary>As findings call it: <c>us_ssn</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>In full.</summary>
    public required string Name { get; init; }

    /// <summary>Regular expression of the whole text as it is written, separators and all.</summary>
    public required string Pattern { get; init; }

    /// <summary>Of <see cref="Checksums"/>.</summary>
    public string Check { get => field ?? "none"; init; }

    /// <summary>How many of the texts that fit the pattern pass the check by chance.</summary>
    public double Chance { get; init; } = 0.1;

    /// <summary>How far the values alone tell, 0 to 1.</summary>
    public double Strength { get; init; } = 0.8;

    /// <summary>Regular expression of texts that fit, but say little unless the column's name does, too; null for none.</summary>
    public string? Weak { get; init; }

    /// <summary>Words in names of columns.</summary>
    public IReadOnlyList<string> Hints { get => field ?? []; init; }

    /// <summary>Where its rules are told.</summary>
    public required string Source { get; init; }
}

namespace Orrery.Features;

/// <summary>
/// Entity rows in the temporary table <c>orrery_entity</c>: <c>id</c> from 0 in the order of the request, <c>t</c> in microseconds, typed keys
/// <c>j0..</c>, typed values of on-demand views <c>q0..</c>, and all columns as they came, <c>c0..</c>.
/// </summary>
internal sealed class EntityFrame
{
    /// <summary>Names of <c>c0..</c>.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Which of them is the time.</summary>
    public required int Timestamp { get; init; }

    public required EntityNeeds Needs { get; init; }

    public required long Rows { get; init; }

    /// <summary>From the earliest row to the latest.</summary>
    public required TimeBounds Bounds { get; init; }

    /// <summary>Rows that were left out, of subjects who have opted out.</summary>
    public long Excluded { get; init; }
}

/// <summary>What a join needs of the entity rows: columns with the types that they are made into.</summary>
internal sealed class EntityNeeds
{
    private readonly List<(string Name, FeatureType Type)> _keys = [];
    private readonly List<(string Name, FeatureType Type)> _request = [];

    public IReadOnlyList<(string Name, FeatureType Type)> Keys => _keys;

    public IReadOnlyList<(string Name, FeatureType Type)> Request => _request;

    /// <summary>The column of the table that will hold a key.</summary>
    public string Key(string name, FeatureType type) => $"j{Place(_keys, name, type)}";

    /// <summary>The column of the table that will hold a value for an on-demand view.</summary>
    public string Value(string name, FeatureType type) => $"q{Place(_request, name, type)}";

    private static int Place(List<(string, FeatureType)> list, string name, FeatureType type)
    {
        var at = list.IndexOf((name, type));
        if (at >= 0)
            return at;
        list.Add((name, type));
        return list.Count - 1;
    }
}

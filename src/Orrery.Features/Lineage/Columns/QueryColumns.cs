namespace Orrery.Features;

/// <summary>What the columns of a query were made of.</summary>
internal sealed record QueryColumns
{
    /// <summary>What the query gives; null when it was not read.</summary>
    public Relation? Result { get; init; }

    /// <summary>Tables that it reads, as it names them.</summary>
    public IReadOnlyCollection<string> Tables { get; init; } = [];

    /// <summary>Why it was not read; null when it was.</summary>
    public string? Problem { get; init; }

    /// <summary>What a column was made of, and what decides on its rows; null for one that the query has not.</summary>
    public ColumnSet? Of(string column)
    {
        if (Result?.Find(column) is not { } from)
            return null;
        var all = new ColumnSet();
        all.Add(from, Transformations.Identity);
        all.Add(Result.Rows, Transformations.Identity);
        return all;
    }
}

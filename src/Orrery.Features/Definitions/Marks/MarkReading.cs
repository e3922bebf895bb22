namespace Orrery.Features;

/// <summary>A column of a source as a view reads it.</summary>
/// <param name="ViewId">Id of the view.</param>
/// <param name="View">Its name.</param>
/// <param name="Column">The source's own name of the column.</param>
/// <param name="Places">Where it comes from.</param>
/// <param name="Query">The SQL in between; null for none.</param>
internal sealed record MarkReading(string ViewId, string View, string Column, IReadOnlyList<SourcePlace> Places, string? Query)
{
    /// <summary>The same for the same column of the same place, read by the same view.</summary>
    public string Identity { get; } = $"{ViewId}\n{Column}\n{string.Join('\n', Places)}\n{Query}";

    /// <summary>Whether values of a marked column come with this one. What a query makes of columns nobody knows: any of its place may be in it.</summary>
    public bool Shows(MarkReading marked) =>
        (Query is not null || (marked.Query is { } sql ? sql.Contains('*', StringComparison.Ordinal) || sql.Contains(Column, StringComparison.OrdinalIgnoreCase)
            : string.Equals(Column, marked.Column, StringComparison.OrdinalIgnoreCase)))
        && Places.Any(place => marked.Places.Any(place.Overlaps));
}

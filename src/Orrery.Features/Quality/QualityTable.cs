namespace Orrery.Features;

/// <summary>What is checked: something a query may read from, and its columns.</summary>
/// <param name="Relation">SQL that may follow <c>from</c>: a quoted name or a query in parentheses, with an alias where it needs one.</param>
/// <param name="Columns">Names and DuckDB types, in order.</param>
internal sealed record QualityTable(string Relation, IReadOnlyList<(string Name, string Type)> Columns)
{
    public string? TypeOf(string column)
    {
        foreach (var (name, type) in Columns)
        {
            if (name == column)
                return type;
        }

        return null;
    }
}

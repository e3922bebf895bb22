namespace Orrery.Features;

/// <summary>Rows that a query reads or makes: a table, whose columns nobody knows here, or what a select gives.</summary>
internal sealed class Relation
{
    private ColumnSet? _whole;

    /// <summary>What columns of it are qualified with.</summary>
    public string Alias { get; init; } = "";

    /// <summary>Schema of a table; empty for none.</summary>
    public string Schema { get; init; } = "";

    /// <summary>The table that it is; null for what a query makes.</summary>
    public string? Table { get; init; }

    /// <summary>Columns that are known, in order.</summary>
    public List<(string Name, ColumnSet From)> Columns { get; init; } = [];

    /// <summary>Relations all columns of which it has besides, as by <c>*</c>, where nobody knows them.</summary>
    public List<Relation> Rest { get; init; } = [];

    /// <summary>Columns of <see cref="Rest"/> that it has not.</summary>
    public HashSet<string> Except { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What decides which rows there are, and in which order.</summary>
    public ColumnSet Rows { get; init; } = new();

    /// <summary>Whether it may have columns that are not known.</summary>
    public bool IsOpen => Table is not null || Rest.Count > 0;

    /// <summary>A column that is known; null for none.</summary>
    public ColumnSet? Known(string name)
    {
        foreach (var (column, from) in Columns)
        {
            if (string.Equals(column, name, StringComparison.OrdinalIgnoreCase))
                return from;
        }

        return null;
    }

    /// <summary>A column that is known, or may be there; null for one that is not.</summary>
    public ColumnSet? Find(string name)
    {
        if (Known(name) is { } known)
            return known;
        if (Table is not null)
            return ColumnSet.Of(new(Table, name));
        return Rest.Count == 0 || Except.Contains(name) ? null : Rest.Count == 1 ? Rest[0].Find(name) : WholeOf(Rest);
    }

    /// <summary>All of it; asked for when it is complete.</summary>
    public ColumnSet Whole() => _whole ??= Table is not null ? ColumnSet.Of(new(Table, null)) : Everything();

    /// <summary>The same rows by another name.</summary>
    public Relation As(string alias, IReadOnlyList<string> names)
    {
        var columns = Columns.Select((column, place) => (place < names.Count ? names[place] : column.Name, column.From)).ToList();

        // Which column of a table a new name stands for, only its schema tells.
        if (IsOpen)
            columns.AddRange(names.Skip(columns.Count).Select(name => (name, Whole())));
        return new() { Alias = alias, Schema = Schema, Table = Table, Columns = columns, Rest = Rest, Except = Except, Rows = Rows };
    }

    /// <summary>All of several.</summary>
    public static ColumnSet WholeOf(IEnumerable<Relation> relations)
    {
        var whole = new ColumnSet();
        foreach (var relation in relations)
            whole.Add(relation.Whole(), Transformations.Identity);
        return whole;
    }

    private ColumnSet Everything()
    {
        var whole = WholeOf(Rest);
        foreach (var (_, from) in Columns)
            whole.Add(from, Transformations.Identity);
        return whole;
    }
}

namespace Orrery.Features;

/// <summary>Columns that something was made of, and how.</summary>
internal sealed class ColumnSet
{
    private readonly Dictionary<TableColumn, Transformations> _columns = [];

    /// <summary>Them.</summary>
    public IReadOnlyDictionary<TableColumn, Transformations> Columns => _columns;

    /// <summary>One column as it is.</summary>
    public static ColumnSet Of(TableColumn column)
    {
        var set = new ColumnSet();
        set.Add(column, Transformations.Identity);
        return set;
    }

    /// <summary>Adds a column.</summary>
    public void Add(TableColumn column, Transformations how) => _columns[column] = _columns.GetValueOrDefault(column) | how;

    /// <summary>Adds what something was made of that is used itself now.</summary>
    /// <param name="other">What it was made of.</param>
    /// <param name="how">How it is used, one of them.</param>
    public void Add(ColumnSet other, Transformations how)
    {
        if (ReferenceEquals(other, this))
            return;
        foreach (var (column, inner) in other._columns)
            Add(column, Through(how, inner));
    }

    /// <summary>The use of something that is a part of what is used: what is only looked at stays so.</summary>
    public static Transformations Deeper(Transformations how, Transformations part) => (how & Transformations.Direct) == 0 || how > part ? how : part;

    /// <summary>The use of something that decides on what is used.</summary>
    public static Transformations Beside(Transformations how, Transformations side) => (how & Transformations.Direct) == 0 ? how : side;

    private static Transformations Through(Transformations outer, Transformations inner)
    {
        if ((outer & Transformations.Direct) == 0)
            return outer;
        var all = inner & ~Transformations.Direct;
        foreach (var one in new[] { Transformations.Identity, Transformations.Transformation, Transformations.Aggregation })
            all |= (inner & one) == 0 ? 0 : outer > one ? outer : one;
        return all;
    }
}

using System.Collections.Immutable;

namespace Orrery.Features;

/// <summary>What names mean in one select.</summary>
/// <param name="outer">The select around it; null for none.</param>
/// <param name="named">The common table expressions that are known here.</param>
internal sealed class Scope(Scope? outer, ImmutableDictionary<string, Relation> named)
{
    private static readonly HashSet<string> Values = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "session_user", "user", "current_role", "current_schema",
        "current_catalog", "rowid",
    };

    /// <summary>The common table expressions that are known here.</summary>
    public ImmutableDictionary<string, Relation> Named => named;

    /// <summary>What it reads, in order.</summary>
    public List<Relation> Relations { get; } = [];

    /// <summary>Columns of both sides of a join that have become one.</summary>
    public Dictionary<string, ColumnSet> Joined { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What it has made so far.</summary>
    public Dictionary<string, ColumnSet> Made { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is rather one of what it has made than a column of a table.</summary>
    public bool MadeFirst { get; set; }

    /// <summary>Names that functions within an expression gave.</summary>
    public List<string> Parameters { get; } = [];

    /// <summary>What decides on its rows.</summary>
    public ColumnSet Rows { get; } = new();

    /// <summary>A column, and whether the name stands for a part of it; null for none.</summary>
    public (ColumnSet From, bool IsPart)? Find(IReadOnlyList<string> name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Parameters.Contains(name[0], StringComparer.OrdinalIgnoreCase))
                return (new(), true);
            if (name.Count > 1 && scope.Qualified(name) is { } qualified)
                return qualified;
        }

        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Plain(name[0]) is { } from)
                return (from, name.Count > 1);
        }

        return null;
    }

    /// <summary>A column without a qualifier of some of the relations; null for none. Of several that may have it, each as a whole.</summary>
    public static ColumnSet? Of(IReadOnlyList<Relation> relations, string name)
    {
        if (relations.Select(relation => relation.Known(name)).FirstOrDefault(static known => known is not null) is { } known)
            return known;
        var open = relations.Where(relation => relation.IsOpen && relation.Find(name) is not null).ToList();
        return open.Count switch { 0 => null, 1 => open[0].Find(name), _ => Relation.WholeOf(open) };
    }

    private Scope? Outer => outer;

    private (ColumnSet From, bool IsPart)? Qualified(IReadOnlyList<string> name)
    {
        if (name.Count > 2 && Relations.Find(one => Same(one.Schema, name[0]) && Same(one.Alias, name[1])) is { } full && full.Find(name[2]) is { } column)
            return (column, name.Count > 3);
        return Relations.Find(one => Same(one.Alias, name[0]))?.Find(name[1]) is { } from ? (from, name.Count > 2) : null;
    }

    private ColumnSet? Plain(string name)
    {
        var made = Made.GetValueOrDefault(name);
        if (made is not null && MadeFirst)
            return made;
        if (Joined.TryGetValue(name, out var joined))
            return joined;
        if (Relations.Select(relation => relation.Known(name)).FirstOrDefault(static known => known is not null) is { } known)
            return known;
        if (Values.Contains(name))
            return new();
        if (Relations.Find(one => Same(one.Alias, name)) is { } row)
            return row.Whole();
        var open = Of(Relations, name);
        if (made is null || open is null)
            return made ?? open;

        // Whether the table has a column of that name, nobody knows here.
        var both = new ColumnSet();
        both.Add(open, Transformations.Identity);
        both.Add(made, Transformations.Identity);
        return both;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

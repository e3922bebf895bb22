using System.Collections.Immutable;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>Follows the columns of a query through its syntax tree: selects, set operations and common table expressions.</summary>
internal sealed partial class QueryReader
{
    // Of sets of columns that are put together: what a query can cost whose parts name one another again and again.
    private const int MostSteps = 300_000;

    private const int Passes = 3;
    private static readonly ImmutableDictionary<string, Relation> None = ImmutableDictionary.Create<string, Relation>(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _aggregates;
    private readonly SortedSet<string> _tables = new(StringComparer.Ordinal);
    private int _steps;

    private QueryReader(HashSet<string> aggregates) => _aggregates = aggregates;

    /// <summary>What the columns of a query were made of.</summary>
    public static QueryColumns Read(string query)
    {
        try
        {
            var (tree, aggregates) = SyntaxTree.Of(query);
            using (tree)
            {
                if (List(tree.RootElement, "statements") is not [var only])
                    throw new QueryNotReadException("it is more than one statement");
                var reader = new QueryReader(aggregates);
                return new() { Result = reader.Node(Part(only, "node"), null, None), Tables = reader._tables };
            }
        }
        catch (QueryNotReadException e)
        {
            return new() { Problem = e.Message };
        }
    }

    private Relation Node(JsonElement? part, Scope? outer, ImmutableDictionary<string, Relation> named)
    {
        if (part is not { } node)
            throw new QueryNotReadException("a part of its tree is missing");
        named = Named(node, outer, named);
        return Text(node, "type") switch
        {
            "SELECT_NODE" => Select(node, new Scope(outer, named)),
            "SET_OPERATION_NODE" => Sorted(node, Set(node, outer, named), named),
            "RECURSIVE_CTE_NODE" => Recursive(node, outer, named, []),
            var type => throw new QueryNotReadException($"it has a {type}"),
        };
    }

    private ImmutableDictionary<string, Relation> Named(JsonElement node, Scope? outer, ImmutableDictionary<string, Relation> named)
    {
        if (Part(node, "cte_map") is not { } map)
            return named;
        foreach (var entry in List(map, "map"))
        {
            if (Part(entry, "value") is not { } value || Part(value, "query") is not { } query || Part(query, "node") is not { } body)
                throw new QueryNotReadException("a part of its tree is missing");
            var (key, aliases) = (Text(entry, "key"), Texts(value, "aliases"));
            var made = Text(body, "type") == "RECURSIVE_CTE_NODE" ? Recursive(body, outer, Named(body, outer, named), aliases) : Node(body, outer, named);
            named = named.SetItem(key, made.As(key, aliases));
        }

        return named;
    }

    // What the rows of one round were made of, those of the next were too.
    private Relation Recursive(JsonElement node, Scope? outer, ImmutableDictionary<string, Relation> named, IReadOnlyList<string> aliases)
    {
        var name = Text(node, "cte_name");
        var first = Node(Part(node, "left"), outer, named);
        var all = first;
        for (var pass = 0; pass < Passes; pass++)
            all = Together(first, Node(Part(node, "right"), outer, named.SetItem(name, all.As(name, aliases))), byName: false);
        return all;
    }

    private Relation Set(JsonElement node, Scope? outer, ImmutableDictionary<string, Relation> named)
    {
        var (left, right) = (Node(Part(node, "left"), outer, named), Node(Part(node, "right"), outer, named));
        var type = Text(node, "setop_type");
        if (type is "UNION" or "UNION_BY_NAME")
            return Together(left, right, type is "UNION_BY_NAME");

        // The other side only decides which rows are left.
        var rows = new ColumnSet();
        Add(rows, left.Rows, Transformations.Identity);
        Add(rows, right.Rows, Transformations.Identity);
        Add(rows, right.Whole(), Transformations.Filter);
        return new() { Columns = left.Columns, Rest = left.Rest, Except = left.Except, Rows = rows };
    }

    private Relation Together(Relation left, Relation right, bool byName)
    {
        var together = new Relation();
        Add(together.Rows, left.Rows, Transformations.Identity);
        Add(together.Rows, right.Rows, Transformations.Identity);
        var byPlace = !byName && !left.IsOpen && !right.IsOpen;
        for (var place = 0; place < left.Columns.Count; place++)
        {
            var (name, from) = left.Columns[place];
            var all = new ColumnSet();
            Add(all, from, Transformations.Identity);
            if ((byName ? right.Find(name) : byPlace && place < right.Columns.Count ? right.Columns[place].From : byPlace ? null : right.Whole()) is { } other)
                Add(all, other, Transformations.Identity);
            together.Columns.Add((name, all));
        }

        foreach (var (name, from) in byName ? right.Columns.Where(column => left.Known(column.Name) is null) : [])
            together.Columns.Add((name, from));
        together.Rest.AddRange(left.Rest);
        together.Except.UnionWith(left.Except);
        if (byName ? right.Rest.Count > 0 : left.Rest.Count > 0)
            together.Rest.Add(right);
        return together;
    }

    private Relation Sorted(JsonElement node, Relation made, ImmutableDictionary<string, Relation> named)
    {
        var scope = new Scope(null, named);
        scope.Relations.Add(made);
        Modifiers(node, scope, made);
        Add(made.Rows, scope.Rows, Transformations.Identity);
        return made;
    }

    private Relation Select(JsonElement node, Scope scope)
    {
        From(Part(node, "from_table"), scope);
        Read(Part(node, "where_clause"), scope, Transformations.Filter, scope.Rows);
        var made = new Relation { Rows = scope.Rows };
        foreach (var item in List(node, "select_list"))
        {
            if (Text(item, "class") == "STAR")
            {
                Star(item, scope, made);
                continue;
            }

            var (name, from) = (NameOf(item), new ColumnSet());
            Read(item, scope, Transformations.Identity, from);
            made.Columns.Add((name, from));
            scope.Made.TryAdd(name, from);
        }

        scope.MadeFirst = true;
        foreach (var group in List(node, "group_expressions"))
            Read(group, scope, Transformations.GroupBy, scope.Rows, made);
        if (Text(node, "aggregate_handling") == "FORCE_AGGREGATES")
        {
            foreach (var (_, from) in made.Columns.Where(static column => column.From.Columns.Values.All(static how => (how & Transformations.Aggregation) == 0)))
                Add(scope.Rows, from, Transformations.GroupBy);
        }

        Read(Part(node, "having"), scope, Transformations.Filter, scope.Rows);
        Read(Part(node, "qualify"), scope, Transformations.Filter, scope.Rows);
        Modifiers(node, scope, made);
        return made;
    }

    private void Modifiers(JsonElement node, Scope scope, Relation made)
    {
        foreach (var modifier in List(node, "modifiers"))
        {
            foreach (var order in List(modifier, "orders"))
                Read(Part(order, "expression"), scope, Transformations.Sort, scope.Rows, made);
            foreach (var target in List(modifier, "distinct_on_targets"))
                Read(target, scope, Transformations.GroupBy, scope.Rows, made);
        }
    }

    // Where a number stands for a column of what is made.
    private void Read(JsonElement? part, Scope scope, Transformations how, ColumnSet into, Relation made)
    {
        if (part is { } constant && Text(constant, "class") == "CONSTANT" && Part(constant, "value") is { } value
            && value.TryGetProperty("value", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var place))
        {
            Add(into, !made.IsOpen && place >= 1 && place <= made.Columns.Count ? made.Columns[place - 1].From : made.Whole(), how);
            return;
        }

        Read(part, scope, how, into);
    }

    private void Star(JsonElement star, Scope scope, Relation made)
    {
        if (star.TryGetProperty("columns", out var columns) && columns.ValueKind is JsonValueKind.True)
            throw new QueryNotReadException("it has COLUMNS(...)");
        if (List(star, "rename_list").Count > 0)
            throw new QueryNotReadException("it has * RENAME");
        var relation = Text(star, "relation_name");
        var of = relation.Length == 0 ? scope.Relations : scope.Relations.FindAll(one => string.Equals(one.Alias, relation, StringComparison.OrdinalIgnoreCase));
        if (of.Count == 0)
            throw new QueryNotReadException($"it has {relation}.*, and no table of that name");
        var except = Texts(star, "exclude_list").Concat(List(star, "qualified_exclude_list").Select(static one => Text(one, "column"))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var replaced in List(star, "replace_list"))
        {
            var from = new ColumnSet();
            Read(Part(replaced, "value"), scope, Transformations.Identity, from);
            made.Columns.Add((Text(replaced, "key"), from));
            except.Add(Text(replaced, "key"));
        }

        foreach (var (name, from) in relation.Length > 0 ? [] : scope.Joined.Where(joined => except.Add(joined.Key)))
            made.Columns.Add((name, from));
        foreach (var one in of)
        {
            Spend(one.Columns.Count);
            made.Columns.AddRange(one.Columns.Where(column => !except.Contains(column.Name)));
            if (one.IsOpen)
                made.Rest.Add(one);
        }

        made.Except.UnionWith(except);
    }

    private void Add(ColumnSet into, ColumnSet from, Transformations how)
    {
        Spend(from.Columns.Count + 1);
        into.Add(from, how);
    }

    private void Spend(int steps)
    {
        _steps += steps;
        if (_steps > MostSteps)
            throw new QueryNotReadException("its columns depend on too many others");
    }
}

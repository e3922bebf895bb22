using System.Text.Json;

namespace Orrery.Features;

/// <content>What a select reads.</content>
internal sealed partial class QueryReader
{
    // Functions that make rows of their arguments alone.
    private static readonly HashSet<string> Makers = new(StringComparer.OrdinalIgnoreCase) { "unnest", "range", "generate_series", "repeat", "json_each", "json_tree" };

    private void From(JsonElement? part, Scope scope)
    {
        if (part is not { } table || Text(table, "type") is "EMPTY")
            return;
        switch (Text(table, "type"))
        {
            case "BASE_TABLE":
                Table(table, scope);
                break;
            case "SUBQUERY":
                var made = Node(Part(table, "subquery") is { } query ? Part(query, "node") : null, scope, scope.Named);
                Read(made.As(Text(table, "alias"), Texts(table, "column_name_alias")), scope);
                break;
            case "JOIN":
                Join(table, scope);
                break;
            case "TABLE_FUNCTION":
                Function(table, scope);
                break;
            case "EXPRESSION_LIST":
                Values(table, scope);
                break;
            case var type:
                throw new QueryNotReadException($"it reads from a {type}");
        }
    }

    private void Read(Relation relation, Scope scope)
    {
        Spend(relation.Columns.Count);
        scope.Relations.Add(relation);
        Add(scope.Rows, relation.Rows, Transformations.Identity);
    }

    private void Table(JsonElement table, Scope scope)
    {
        var (catalog, schema, name) = (Text(table, "catalog_name"), Text(table, "schema_name"), Text(table, "table_name"));
        var alias = Text(table, "alias") is { Length: > 0 } given ? given : name;
        if (schema.Length == 0 && scope.Named.TryGetValue(name, out var made))
        {
            Read(made.As(alias, Texts(table, "column_name_alias")), scope);
            return;
        }

        var full = string.Join('.', new[] { catalog, schema, name }.Where(static one => one.Length > 0));
        _tables.Add(full);
        Read(new Relation { Alias = alias, Schema = schema, Table = full }.As(alias, Texts(table, "column_name_alias")), scope);
    }

    private void Join(JsonElement join, Scope scope)
    {
        var first = scope.Relations.Count;
        From(Part(join, "left"), scope);
        var second = scope.Relations.Count;
        From(Part(join, "right"), scope);
        var (left, right) = (scope.Relations[first..second], scope.Relations[second..]);
        Read(Part(join, "condition"), scope, Transformations.Join, scope.Rows);
        var type = Text(join, "join_type");
        foreach (var name in Text(join, "ref_type") == "NATURAL" ? Common(left, right, scope) : Texts(join, "using_columns"))
        {
            if ((scope.Joined.GetValueOrDefault(name) ?? Scope.Of(left, name)) is not { } one || Scope.Of(right, name) is not { } other)
                throw new QueryNotReadException($"it joins by {name}, which a side has not");
            Add(scope.Rows, one, Transformations.Join);
            Add(scope.Rows, other, Transformations.Join);
            var both = new ColumnSet();
            if (type is not "RIGHT")
                Add(both, one, Transformations.Identity);
            if (type is "RIGHT" or "OUTER" or "FULL")
                Add(both, other, Transformations.Identity);
            scope.Joined[name] = both;
        }

        if (type is "SEMI" or "ANTI")
            scope.Relations.RemoveRange(second, right.Count);
    }

    // Of tables nobody knows here which names are the same: all of them decide.
    private List<string> Common(List<Relation> left, List<Relation> right, Scope scope)
    {
        foreach (var open in left.Concat(right).Where(static one => one.IsOpen))
            Add(scope.Rows, open.Whole(), Transformations.Join);
        return [.. left.SelectMany(static one => one.Columns).Select(static column => column.Name).Where(name => right.Exists(one => one.Known(name) is not null)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private void Function(JsonElement table, Scope scope)
    {
        var name = Part(table, "function") is { } function ? Text(function, "function_name") : "";
        if (!Makers.Contains(name))
            throw new QueryNotReadException($"it reads from the function {name}");
        var from = new ColumnSet();
        Read(Part(table, "function"), scope, Transformations.Identity, from);
        var (alias, names) = (Text(table, "alias") is { Length: > 0 } given ? given : name, Texts(table, "column_name_alias"));
        var columns = names.Count > 0 ? names : name.StartsWith("json", StringComparison.OrdinalIgnoreCase) ? ["key", "value", "type", "atom", "id", "parent", "fullkey", "path"] : [alias, name];
        Read(new Relation { Alias = alias, Columns = [.. columns.Select(column => (column, from))] }, scope);
    }

    private void Values(JsonElement table, Scope scope)
    {
        var columns = new List<(string Name, ColumnSet From)>();
        foreach (var row in List(table, "values"))
        {
            var place = 0;
            foreach (var value in row.EnumerateArray())
            {
                if (place == columns.Count)
                    columns.Add(($"col{place}", new()));
                Read(value, scope, Transformations.Identity, columns[place++].From);
            }
        }

        Read(new Relation { Columns = columns }.As(Text(table, "alias"), Texts(table, "expected_names")), scope);
    }
}

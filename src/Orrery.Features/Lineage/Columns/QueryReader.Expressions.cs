using System.Text.Json;

namespace Orrery.Features;

/// <content>Expressions.</content>
internal sealed partial class QueryReader
{
    private static readonly HashSet<string> TakesLambda = new(StringComparer.OrdinalIgnoreCase)
    {
        "apply", "filter", "reduce", "list_apply", "list_filter", "list_reduce", "list_transform", "array_apply", "array_filter", "array_reduce", "array_transform",
    };

    private void Read(JsonElement? part, Scope scope, Transformations how, ColumnSet into)
    {
        if (part is not { } expression)
            return;
        var deeper = ColumnSet.Deeper(how, Transformations.Transformation);
        switch (Text(expression, "class"))
        {
            case "CONSTANT" or "PARAMETER" or "DEFAULT" or "LAMBDA_REF":
                break;
            case "COLUMN_REF":
                Column(Texts(expression, "column_names"), scope, how, into);
                break;
            case "POSITIONAL_REFERENCE":
                Positional(expression, scope, how, into);
                break;
            case "STAR":
                Add(into, Relation.WholeOf(scope.Relations), how);
                break;
            case "FUNCTION":
                Function(expression, scope, how, into);
                break;
            case "WINDOW":
                Window(expression, scope, how, into);
                break;
            case "CASE":
                foreach (var check in List(expression, "case_checks"))
                {
                    Read(Part(check, "when_expr"), scope, ColumnSet.Beside(how, Transformations.Conditional), into);
                    Read(Part(check, "then_expr"), scope, deeper, into);
                }

                Read(Part(expression, "else_expr"), scope, deeper, into);
                break;
            case "CAST" or "COLLATE" or "COMPARISON" or "CONJUNCTION" or "OPERATOR" or "BETWEEN":
                foreach (var name in (ReadOnlySpan<string>)["child", "left", "right", "input", "lower", "upper"])
                    Read(Part(expression, name), scope, deeper, into);
                All(expression, "children", scope, deeper, into);
                break;
            case "SUBQUERY":
                Subquery(expression, scope, how, into);
                break;
            case "LAMBDA":
                Read(Part(expression, "lhs"), scope, deeper, into);
                Read(Part(expression, "expr"), scope, deeper, into);
                break;
            case var other:
                throw new QueryNotReadException($"it has an expression of the kind '{other}'");
        }
    }

    private void All(JsonElement parent, string name, Scope scope, Transformations how, ColumnSet into)
    {
        foreach (var one in List(parent, name))
            Read(one, scope, how, into);
    }

    private void Column(List<string> name, Scope scope, Transformations how, ColumnSet into)
    {
        if (name.Count == 0 || scope.Find(name) is not { } found)
            throw new QueryNotReadException($"the column {string.Join('.', name)} is in none of its tables");
        Add(into, found.From, found.IsPart ? ColumnSet.Deeper(how, Transformations.Transformation) : how);
    }

    private void Positional(JsonElement expression, Scope scope, Transformations how, ColumnSet into)
    {
        var known = scope.Relations.Exists(static one => one.IsOpen) ? [] : scope.Relations.SelectMany(static one => one.Columns).ToList();
        var place = expression.TryGetProperty("index", out var index) && index.TryGetInt32(out var number) ? number : 0;
        Add(into, place >= 1 && place <= known.Count ? known[place - 1].From : Relation.WholeOf(scope.Relations), how);
    }

    private void Function(JsonElement function, Scope scope, Transformations how, ColumnSet into)
    {
        var name = Text(function, "function_name");
        var deeper = ColumnSet.Deeper(how, _aggregates.Contains(name) ? Transformations.Aggregation : Transformations.Transformation);
        if (name == "count_star")
            Add(into, Relation.WholeOf(scope.Relations), deeper);
        Read(Part(function, "filter"), scope, ColumnSet.Beside(how, Transformations.Filter), into);
        if (Part(function, "order_bys") is { } orders)
            Orders(orders, "orders", scope, ColumnSet.Beside(how, Transformations.Sort), into);
        foreach (var child in List(function, "children"))
        {
            if (TakesLambda.Contains(name) && Text(child, "class") == "LAMBDA")
                Lambda(child, scope, deeper, into);
            else
                Read(child, scope, deeper, into);
        }
    }

    private void Lambda(JsonElement lambda, Scope scope, Transformations how, ColumnSet into)
    {
        var before = scope.Parameters.Count;
        if (Part(lambda, "lhs") is { } parameters)
        {
            foreach (var one in Text(parameters, "class") == "COLUMN_REF" ? [parameters] : List(parameters, "children"))
                scope.Parameters.AddRange(Texts(one, "column_names"));
        }

        Read(Part(lambda, "expr"), scope, how, into);
        scope.Parameters.RemoveRange(before, scope.Parameters.Count - before);
    }

    private void Window(JsonElement window, Scope scope, Transformations how, ColumnSet into)
    {
        var isAggregate = Text(window, "type") == "WINDOW_AGGREGATE";
        var deeper = ColumnSet.Deeper(how, isAggregate ? Transformations.Aggregation : Transformations.Transformation);
        var beside = ColumnSet.Beside(how, Transformations.Window);
        if (isAggregate && Text(window, "function_name") == "count_star")
            Add(into, Relation.WholeOf(scope.Relations), deeper);
        All(window, "children", scope, deeper, into);
        All(window, "partitions", scope, beside, into);
        Orders(window, "orders", scope, beside, into);
        Orders(window, "arg_orders", scope, beside, into);
        Read(Part(window, "filter_expr"), scope, ColumnSet.Beside(how, Transformations.Filter), into);
        foreach (var name in (ReadOnlySpan<string>)["start_expr", "end_expr", "offset_expr", "default_expr"])
            Read(Part(window, name), scope, deeper, into);
    }

    private void Orders(JsonElement parent, string name, Scope scope, Transformations how, ColumnSet into)
    {
        foreach (var order in List(parent, name))
            Read(Part(order, "expression"), scope, how, into);
    }

    private void Subquery(JsonElement expression, Scope scope, Transformations how, ColumnSet into)
    {
        var isTest = Text(expression, "subquery_type") is not "SCALAR";
        var deeper = isTest ? ColumnSet.Deeper(how, Transformations.Transformation) : how;
        Read(Part(expression, "child"), scope, deeper, into);
        var made = Node(Part(expression, "subquery") is { } query ? Part(query, "node") : null, scope, scope.Named);
        Add(into, made.Rows, how);
        if (Text(expression, "subquery_type") is not ("EXISTS" or "NOT_EXISTS"))
            Add(into, made.IsOpen || made.Columns.Count == 0 ? made.Whole() : made.Columns[0].From, deeper);
    }

    // As DuckDB and PostgreSQL name what has no alias.
    private static string NameOf(JsonElement item) => Text(item, "alias") is { Length: > 0 } alias ? alias : Text(item, "class") switch
    {
        "COLUMN_REF" => Texts(item, "column_names") is [.., var last] ? last : "",
        "FUNCTION" or "WINDOW" => Text(item, "function_name") is "count_star" ? "count" : Text(item, "function_name"),
        "CAST" when Part(item, "child") is { } child => NameOf(child),
        _ => "",
    };

    private static JsonElement? Part(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var part) && part.ValueKind is JsonValueKind.Object ? part : null;

    private static List<JsonElement> List(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static List<string> Texts(JsonElement parent, string name) =>
        [.. List(parent, name).Where(static one => one.ValueKind is JsonValueKind.String).Select(static one => one.GetString()!)];

    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";
}

using System.Text.Json.Nodes;
using Orrery.Lineage;

namespace Orrery.Features;

/// <summary>Edges from the tables and columns that a source's query reads to the features that come of it.</summary>
internal static class QueryEdges
{
    // What decides on rows stands for every feature: beyond this, the view stands for them.
    private const int MostEdges = 5_000;

    private static readonly (Transformations How, string Type, string Subtype)[] Words =
    [
        (Transformations.Identity, "DIRECT", "IDENTITY"), (Transformations.Transformation, "DIRECT", "TRANSFORMATION"), (Transformations.Aggregation, "DIRECT", "AGGREGATION"),
        (Transformations.Filter, "INDIRECT", "FILTER"), (Transformations.Join, "INDIRECT", "JOIN"), (Transformations.GroupBy, "INDIRECT", "GROUP_BY"),
        (Transformations.Sort, "INDIRECT", "SORT"), (Transformations.Window, "INDIRECT", "WINDOW"), (Transformations.Conditional, "INDIRECT", "CONDITIONAL"),
    ];

    /// <summary>The edges of one view; none when its query was not read.</summary>
    public static List<GraphEdge> Of(FeatureProject project, FeatureView view, FeatureSource source, long at, QueryLineage queries)
    {
        var read = queries.Of(source.Document.Query ?? "");
        var edges = new List<GraphEdge>();
        if (read.Result is not { } result)
            return edges;
        var own = FeatureEdges.SourceNode(project.Name, source, view.Id, queries);
        foreach (var table in read.Tables)
        {
            if (Table(project, source, table, view, queries) is { } node)
                edges.Add(new(node, own, at));
        }

        // Keys and times are of every row of the view, and so is what decides on rows.
        var whole = new ColumnSet();
        whole.Add(result.Rows, Transformations.Identity);
        foreach (var name in view.Keys.Select(key => source.Column(key.Name)).Append(source.TimestampColumn).Concat(source.CreatedColumn is { } created ? [created] : []))
            whole.Add(result.Find(name) ?? new(), Transformations.Identity);
        Add(whole, FeatureEdges.ViewNode(project.Name, view.Name, view.Version, view.Id));
        foreach (var field in view.Fields)
        {
            var column = source.Column(field.Name);
            var from = (edges.Count < MostEdges ? read.Of(column) : result.Find(column)) ?? new();
            Add(from, FeatureEdges.FeatureNode(project.Name, view.Name, view.Version, field.Name, view.Id));
        }

        return edges;

        void Add(ColumnSet columns, GraphNode to)
        {
            foreach (var (column, how) in columns.Columns)
            {
                if ((column.Column is { } name ? Column(project, source, column.Table, name, view) : Table(project, source, column.Table, view, queries)) is { } from)
                    edges.Add(new(from, to, at) { Detail = Detail(how, column.Column is null) });
            }
        }
    }

    /// <summary>How a query was read, for the node of its source.</summary>
    public static string DetailOf(QueryColumns read) => read.Problem is { } problem
        ? new JsonObject { ["query_columns"] = "not_read", ["reason"] = problem }.ToJsonString()
        : new JsonObject { ["query_columns"] = "read" }.ToJsonString();

    private static string Detail(Transformations all, bool isWhole)
    {
        var words = Words.Where(word => (all & word.How) != 0).Select(static word => (JsonNode)new JsonObject { ["type"] = word.Type, ["subtype"] = word.Subtype });
        var detail = new JsonObject { ["transformations"] = new JsonArray([.. words]) };
        if (isWhole)
            detail["whole_table"] = true;
        return detail.ToJsonString();
    }

    private static GraphNode? Table(FeatureProject project, FeatureSource source, string table, FeatureView view, QueryLineage queries) =>
        SourceOf(project, source, table) is { } known ? FeatureEdges.SourceNode(project.Name, known, view.Id, queries)
        : source.Document.Warehouse is { } warehouse ? new(NodeKinds.Dataset, $"{Plain(warehouse)}|{Plain(table)}") { Name = table, Guard = new(NodeGuard.FeatureView, view.Id) }
        : null;

    private static GraphNode? Column(FeatureProject project, FeatureSource source, string table, string column, FeatureView view) =>
        SourceOf(project, source, table) is { } known ? FeatureEdges.ColumnNode(project.Name, known.Name, column, view.Id)
        : source.Document.Warehouse is { } warehouse
            ? new(NodeKinds.DatasetColumn, $"{Plain(warehouse)}|{Plain(table)}|{Plain(column)}") { Name = $"{table}.{column}", Guard = new(NodeGuard.FeatureView, view.Id) }
        : null;

    // The embedded engine reads file sources by their names; a table of a warehouse may be a source too.
    private static FeatureSource? SourceOf(FeatureProject project, FeatureSource source, string table)
    {
        var warehouse = source.Document.Warehouse;
        var name = warehouse is null ? table.Split('.')[^1] : table;
        return project.Sources.Values.Where(other => warehouse is null
                ? other.Kind is SourceKind.File && Same(other.Name, name)
                : other.Kind is SourceKind.Table && other.Document.Warehouse == warehouse && Same(other.Document.Table, name))
            .OrderBy(static other => other.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string part) => part.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);
}

using System.Text.Json;

namespace Orrery.Lineage;

/// <summary>Draws what an event says: data sets to jobs to data sets, and columns to columns.</summary>
internal sealed class EventDrawing(EventFields fields, long at)
{
    private const int MaxName = 4_000;
    private readonly List<GraphEdge> _edges = [];
    private readonly List<GraphNode> _nodes = [];
    private int _datasets;

    public IReadOnlyList<GraphEdge> Edges => _edges;

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The node of a data set, its name's parts kept apart whatever is in them.</summary>
    public static GraphNode DatasetNode(string space, string name) => new(NodeKinds.Dataset, $"{Part(space)}|{Part(name)}") { Name = name };

    /// <summary>The event's job.</summary>
    public GraphNode? Job(JsonElement job, string path)
    {
        var (space, name) = (fields.Text(job, "namespace", path, MaxName), fields.Text(job, "name", path, MaxName));
        fields.Facets(job, path);
        if (fields.Failure is not null)
            return null;
        var node = new GraphNode(NodeKinds.Job, $"{Part(space)}|{Part(name)}") { Name = name };
        _nodes.Add(node);
        return node;
    }

    /// <summary>A data set on its own.</summary>
    public void Single(JsonElement dataset)
    {
        if (Dataset(dataset, "dataset") is { } node)
            Columns(dataset, "dataset", node);
    }

    /// <summary>The inputs and outputs of a job. What a job that failed was to write did not come of it.</summary>
    public void Flow(JsonElement root, GraphNode job, bool hasFailed)
    {
        foreach (var (input, path) in List(root, "inputs"))
        {
            if (Dataset(input, path) is { } node)
                Add(node, job);
        }

        foreach (var (output, path) in List(root, "outputs"))
        {
            if (Dataset(output, path) is not { } node || hasFailed)
                continue;
            Add(job, node);
            Columns(output, path, node);
        }
    }

    private IEnumerable<(JsonElement Item, string Path)> List(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind is JsonValueKind.Null)
            yield break;
        if (list.ValueKind is not JsonValueKind.Array)
        {
            fields.Fail(name, $"is {EventReader.Kind(list)}; it must be an array");
            yield break;
        }

        var place = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (++_datasets > EventReader.MostDatasets)
                fields.Fail(name, $"has too many: an event may name {EventReader.MostDatasets} data sets");
            if (fields.Failure is not null)
                yield break;
            yield return (item, $"{name}[{place++}]");
        }
    }

    private GraphNode? Dataset(JsonElement dataset, string path)
    {
        var (space, name) = (fields.Text(dataset, "namespace", path, MaxName), fields.Text(dataset, "name", path, MaxName));
        fields.Facets(dataset, path);
        if (fields.Failure is not null)
            return null;
        var node = DatasetNode(space, name);
        _nodes.Add(node);
        return node;
    }

    // The facet columnLineage: for each column of the data set those that it was made of; 'dataset' has what all columns depend on.
    private void Columns(JsonElement dataset, string path, GraphNode node)
    {
        if (fields.Facets(dataset, path) is not { } facets || !facets.TryGetProperty("columnLineage", out var lineage) || lineage.ValueKind is not JsonValueKind.Object)
            return;
        path = $"{path}.facets.columnLineage";
        if (!lineage.TryGetProperty("fields", out var columns))
            return;
        if (columns.ValueKind is not JsonValueKind.Object)
        {
            fields.Fail($"{path}.fields", $"is {EventReader.Kind(columns)}; it must be an object");
            return;
        }

        var all = Inputs(lineage, "dataset", path).ToList();
        foreach (var column in columns.EnumerateObject())
        {
            if (column.Name.Length is 0 or > MaxName || column.Name.Any(char.IsControl))
                fields.Fail($"{path}.fields", "has a column without a fit name");
            if (column.Value.ValueKind is not JsonValueKind.Object)
                fields.Fail($"{path}.fields.{EventFields.Clip(column.Name)}", $"is {EventReader.Kind(column.Value)}; it must be an object");
            if (fields.Failure is not null)
                return;
            var to = Column(node.Key, column.Name, $"{node.Name}.{column.Name}");
            foreach (var from in Inputs(column.Value, "inputFields", $"{path}.fields.{column.Name}").Concat(all))
                Add(from, to);
        }
    }

    private IEnumerable<GraphNode> Inputs(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind is JsonValueKind.Null)
            yield break;
        if (list.ValueKind is not JsonValueKind.Array)
        {
            fields.Fail($"{path}.{name}", $"is {EventReader.Kind(list)}; it must be an array");
            yield break;
        }

        var place = 0;
        foreach (var input in list.EnumerateArray())
        {
            var at = $"{path}.{name}[{place++}]";
            var (space, dataset, field) = (fields.Text(input, "namespace", at, MaxName), fields.Text(input, "name", at, MaxName), fields.Text(input, "field", at, MaxName));
            if (fields.Failure is not null)
                yield break;
            yield return Column(DatasetNode(space, dataset).Key, field, $"{dataset}.{field}");
        }
    }

    private static GraphNode Column(string dataset, string column, string name) => new(NodeKinds.DatasetColumn, $"{dataset}|{Part(column)}") { Name = name };

    private void Add(GraphNode from, GraphNode to)
    {
        if (_edges.Count >= EventReader.MostEdges)
            fields.Fail("columnLineage", $"means more than {EventReader.MostEdges} edges; send the event in parts");
        else
            _edges.Add(new(from, to, at));
    }

    private static string Part(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);
}

using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Edges of lineage to reports: from the version that a report is on, and from the data that it looked at. Read before the transaction that keeps the report.</summary>
internal sealed class ReportEdges(ModelVersions versions)
{
    /// <summary>The edges of an evaluation that has succeeded; none when its version is gone.</summary>
    public ValueTask<IReadOnlyList<GraphEdge>> OfAsync(Actor actor, EvaluationRow row, long at, CancellationToken cancel)
    {
        var data = row.Spec.Data;
        return OfAsync(actor, new("evaluation", row.Id), (row.Spec.Model, row.Spec.Version), at, new(data.TrainingSet, data.Files, data.Warehouse, data.Table, data.Tables.Values), cancel);
    }

    /// <summary>The edges of explanations that have succeeded; none when their version is gone.</summary>
    public ValueTask<IReadOnlyList<GraphEdge>> OfAsync(Actor actor, ExplanationRow row, long at, CancellationToken cancel)
    {
        var data = row.Spec.Data;
        return OfAsync(actor, new("explanation", row.Id), (row.Model, Number(row.Version)), at, new(null, data.Files, data.Warehouse, data.Table, data.Tables.Values), cancel);
    }

    /// <summary>The edges of a scan, from the version whose files it read first; none when that is gone.</summary>
    public ValueTask<IReadOnlyList<GraphEdge>> OfAsync(Actor actor, ScanRow row, CancellationToken cancel) =>
        OfAsync(actor, new("scan", row.Id), (row.Model, Number(row.Version)), row.CreatedAt, ReportData.None, cancel);

    /// <summary>The edges of a snapshot of a card.</summary>
    /// <param name="modelId">The model's id.</param>
    /// <param name="model">Its name.</param>
    /// <param name="version">The version.</param>
    /// <param name="sequence">The snapshot's number.</param>
    /// <param name="at">When it was taken, Unix milliseconds.</param>
    public static IReadOnlyList<GraphEdge> OfCard(string modelId, string model, long version, long sequence, long at) =>
        Of(VersionEdges.NodeOf(modelId, model, version), modelId, new("card", string.Create(CultureInfo.InvariantCulture, $"{modelId}/{version}/{sequence}")), at, ReportData.None);

    private async ValueTask<IReadOnlyList<GraphEdge>> OfAsync(Actor actor, ReportName report, (string Model, string Version) on, long at, ReportData data, CancellationToken cancel) =>
        (await versions.GetAsync(actor, on.Model, on.Version, cancel)).Failed(out _, out var found)
            ? []
            : Of(VersionEdges.NodeOf(found.ModelId, found.Name, found.Version), found.ModelId, report, at, data);

    private static List<GraphEdge> Of(GraphNode version, string modelId, ReportName name, long at, ReportData data)
    {
        var guard = new NodeGuard(NodeGuard.Evidence, modelId);
        var report = new GraphNode(NodeKinds.Report, $"{name.Kind}/{name.Id}") { Name = $"{name.Kind} {name.Id}", Guard = guard, Detail = $$"""{"report":"{{name.Kind}}"}""" };
        return [new(version, report, at), .. Nodes(data, guard).Select(node => new GraphEdge(node, report, at))];
    }

    private static IEnumerable<GraphNode> Nodes(ReportData data, NodeGuard guard)
    {
        // The feature store knows who may see its training set; until it has said so, only those who see all of them.
        if (data.TrainingSet is { Length: > 0 } set)
            yield return new(NodeKinds.TrainingSet, set) { Guard = new(NodeGuard.FeatureView) };
        foreach (var file in data.Files.Concat(data.Tables).Distinct(StringComparer.Ordinal))
            yield return new(NodeKinds.Dataset, $"file|{file}") { Name = file, Guard = guard };
        if (data.Table is { Length: > 0 } table)
            yield return new(NodeKinds.Dataset, $"{data.Warehouse}|{table}") { Name = table, Guard = guard };
    }

    private static string Number(long version) => version.ToString(CultureInfo.InvariantCulture);

    private readonly record struct ReportName(string Kind, string Id);

    private sealed record ReportData(string? TrainingSet, IReadOnlyList<string> Files, string? Warehouse, string? Table, IEnumerable<string> Tables)
    {
        public static readonly ReportData None = new(null, [], null, null, []);
    }
}

using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Reads out of the graph what went into a fact and came of it.</summary>
internal sealed class FactReading(Db db, OpenLineageOptions options)
{
    private const int MostNeighbours = 1_000;
    private const int MostColumns = 5_000;

    /// <summary>The event of a fact, as the graph stands now.</summary>
    public ValueTask<FactEvent> ReadAsync(Actor actor, LineageFact fact, CancellationToken cancel)
    {
        var names = new FactNames($"{options.Namespace}/{actor.WorkspaceName}");
        return db.ReadAsync(session => ReadAsync(session, actor.Workspace, fact, names), cancel);
    }

    private static async ValueTask<FactEvent> ReadAsync(DbSession session, WorkspaceId workspace, LineageFact fact, FactNames names)
    {
        var hash = GraphNode.HashOf(fact.Kind, fact.Key);
        var subject = (await NodeStore.ListAsync(session, workspace, [hash])).GetValueOrDefault(hash) ?? new GraphNode(fact.Kind, fact.Key);
        var up = await NeighboursAsync(session, workspace, hash, down: false, columns: false);
        if (fact.Job is null)
            return More(workspace, fact, subject, up.Find(static node => node.Kind == NodeKinds.Run), names);
        var isRun = fact.Kind == NodeKinds.Run;
        var outputs = isRun ? await NeighboursAsync(session, workspace, hash, down: true, columns: false) : [subject];
        var made = Datasets(fact.Type is LineageFact.Fail or LineageFact.Abort ? [] : outputs, names);
        if (!isRun && made is [var one])
            made = [one with { Columns = await ColumnsAsync(session, workspace, subject, hash, names) }];
        return new FactEvent(fact, IdOf(workspace, fact.RunId ?? fact.Key), names.Jobs, fact.Job)
        {
            Inputs = Datasets(up, names),
            Outputs = made,
            Commit = up.Find(static node => node.Kind == NodeKinds.CodeCommit)?.Key,
            Environment = up.Find(static node => node.Kind == NodeKinds.Environment)?.Key,
        };
    }

    // A thing that came of a run that has ended: more is known of that run now.
    private static FactEvent More(WorkspaceId workspace, LineageFact fact, GraphNode thing, GraphNode? run, FactNames names) =>
        new(fact, IdOf(workspace, run?.Key ?? $"{thing.Kind}/{thing.Key}"), names.Jobs, JobOf(run) ?? $"{thing.Kind}/{FactNames.Cut(thing.Name, '/').Name}")
        {
            Outputs = Datasets([thing], names),
        };

    // As the module of runs calls it.
    private static string? JobOf(GraphNode? run) => run?.Guard is { Kind: NodeGuard.Experiment, Ids: [var experiment, ..] } ? $"experiments/{experiment}" : null;

    private static List<FactDataset> Datasets(IEnumerable<GraphNode> nodes, FactNames names) =>
        [.. nodes.Select(names.Dataset).OfType<FactDataset>().OrderBy(static set => set.Space, StringComparer.Ordinal).ThenBy(static set => set.Name, StringComparer.Ordinal).ThenBy(static set => set.Version, StringComparer.Ordinal)];

    private static async ValueTask<List<GraphNode>> NeighboursAsync(DbSession session, WorkspaceId workspace, string hash, bool down, bool columns)
    {
        var rows = await EdgeStore.ListAsync(session, workspace, down, [hash], long.MaxValue, columns, "", MostNeighbours);
        return [.. (await NodeStore.ListAsync(session, workspace, [.. rows.Select(row => down ? row.To : row.From)])).Values];
    }

    // The features of a training set or of a view, and the columns or features that they were made of.
    private static async ValueTask<List<FactColumn>> ColumnsAsync(DbSession session, WorkspaceId workspace, GraphNode subject, string hash, FactNames names)
    {
        var features = subject.Kind switch
        {
            NodeKinds.TrainingSet => (await NeighboursAsync(session, workspace, hash, down: false, columns: true)).FindAll(static node => node.Kind == NodeKinds.Feature),
            NodeKinds.FeatureViewVersion => await NodeStore.ListAsync(session, workspace, NodeKinds.Feature, subject.Key + "#", MostNeighbours),
            _ => [],
        };
        if (features.Count == 0)
            return [];

        // A column of a training set is a feature as it was; one of a view was made of columns of its source.
        if (subject.Kind == NodeKinds.TrainingSet)
            return [.. features.Select(feature => new FactColumn(FactNames.Cut(feature.Key, '#').Tail!, [names.Field(feature)!.Value])).OrderBy(static column => column.Name, StringComparer.Ordinal)];
        var edges = await EdgeStore.ListAsync(session, workspace, down: false, [.. features.Select(static feature => feature.Hash)], long.MaxValue, columns: true, "", MostColumns);
        var from = await NodeStore.ListAsync(session, workspace, [.. edges.Select(static edge => edge.From).Distinct()]);
        var details = await EdgeStore.DetailsAsync(session, workspace, [.. features.Select(static feature => feature.Hash)]);
        var made = edges.ToLookup(static edge => edge.To, edge => (Field: names.Field(from[edge.From]), Detail: details.GetValueOrDefault((edge.From, edge.To))), StringComparer.Ordinal);
        return [.. features.Select(feature => Column(feature, [.. made[feature.Hash].Where(static one => one.Field is not null).Select(static one => (one.Field!.Value, one.Detail))])).OrderBy(static column => column.Name, StringComparer.Ordinal)];
    }

    private static FactColumn Column(GraphNode feature, List<((string Space, string Name, string Field) Field, string? Detail)> from) =>
        new(FactNames.Cut(feature.Key, '#').Tail!, [.. from.Select(static one => one.Field)])
        {
            Details = from.Where(static one => one.Detail is not null).DistinctBy(static one => one.Field).ToDictionary(static one => one.Field, static one => one.Detail!),
        };

    // Ids of runs of the platform are GUIDs. Others become one by their hash, the same each time (RFC 9562, version 8).
    private static Guid IdOf(WorkspaceId workspace, string text)
    {
        if (Guid.TryParse(text, out var id))
            return id;
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{workspace.Value}\n{text}")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>What came of things, for modules above that must name it whoever asks.</summary>
public sealed class Descendants
{
    private const int Page = 1_000;

    private readonly Db _db;
    private readonly int _most;

    internal Descendants(Db db, int most = 200_000) => (_db, _most) = (db, most);

    /// <summary>
    /// Model versions that were trained on a training set, as <c>churn/3</c>, however many runs lie between; empty where the graph knows of none. All that
    /// came of the set is walked over but what only used a version: deployments and reports.
    /// </summary>
    public ValueTask<DescendedVersions> VersionsOfAsync(Actor actor, string trainingSet, CancellationToken cancel) =>
        WalkAsync(actor, GraphNode.HashOf(NodeKinds.TrainingSet, trainingSet), cancel);

    /// <summary>Model versions that came of any thing, by its kind and name as lineage shows it; empty where the graph knows of none.</summary>
    public async ValueTask<DescendedVersions> VersionsOfNodeAsync(Actor actor, string kind, string name, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await _db.ReadAsync(session => NodeStore.FindAsync(session, actor.Workspace, kind, name), cancel) is { } node
            ? await WalkAsync(actor, GraphNode.HashOf(node.Kind, node.Key), cancel)
            : new([], IsWhole: true);
    }

    private async ValueTask<DescendedVersions> WalkAsync(Actor actor, string start, CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var (versions, waiting) = (new List<string>(), new Queue<string>(seen));
        while (waiting.TryDequeue(out var node))
        {
            for (var (after, isMore) = ("", true); isMore;)
            {
                var rows = await _db.ReadAsync(session => EdgeStore.ListAsync(session, actor.Workspace, down: true, [node], long.MaxValue, columns: false, after, Page), cancel);
                isMore = rows.Count == Page;
                after = isMore ? rows[^1].To : "";
                foreach (var row in rows.Where(row => row.Kind is not (NodeKinds.DeploymentRevision or NodeKinds.Report or NodeKinds.Approval) && seen.Add(row.To)))
                {
                    waiting.Enqueue(row.To);
                    if (row.Kind == NodeKinds.ModelVersion)
                        versions.Add(row.To);
                }

                if (seen.Count > _most)
                    return new(await NamesAsync(actor, versions, cancel), IsWhole: false);
            }
        }

        return new(await NamesAsync(actor, versions, cancel), IsWhole: true);
    }

    private async ValueTask<IReadOnlyList<string>> NamesAsync(Actor actor, List<string> versions, CancellationToken cancel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var some in versions.Chunk(Page))
        {
            var known = await _db.ReadAsync(session => NodeStore.ListAsync(session, actor.Workspace, some), cancel);
            names.UnionWith(known.Values.Select(static node => node.Name));
        }

        return [.. names];
    }
}

/// <summary>Model versions that came of something.</summary>
/// <param name="Versions">As <c>churn/3</c>.</param>
/// <param name="IsWhole">Whether all of them are there; more came of it than is walked over otherwise.</param>
public sealed record DescendedVersions(IReadOnlyList<string> Versions, bool IsWhole);

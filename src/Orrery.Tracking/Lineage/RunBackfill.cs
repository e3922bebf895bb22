using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>The runs of before the graph.</summary>
internal sealed class RunBackfill(Db db) : ILineageBackfill
{
    private const int Page = 500;

    /// <inheritdoc/>
    public string Name => "tracking.runs";

    /// <inheritdoc/>
    public ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel) => db.ReadAsync(async session =>
    {
        var runs = await RunEdgeStore.PageAsync(session, actor.Workspace, after, Page);
        return new BackfillPart(await RunEdges.ReadAsync(session, actor.Workspace, runs), [], runs.Count < Page ? null : runs[^1]);
    }, cancel);
}

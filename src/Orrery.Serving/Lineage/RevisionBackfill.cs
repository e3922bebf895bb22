using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>The deployment revisions of before the graph.</summary>
internal sealed class RevisionBackfill(Db db, RevisionEdges edges) : ILineageBackfill
{
    private const int Page = 100;

    /// <inheritdoc/>
    public string Name => "serving.revisions";

    /// <inheritdoc/>
    public async ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel)
    {
        var key = after.Split('/') is [var environment, var name, var revision] ? (environment, name, long.Parse(revision, CultureInfo.InvariantCulture)) : ("", "", 0L);
        var rows = await db.ReadAsync(session => DeploymentStore.AllRevisionsAsync(session, actor.Workspace, key, Page), cancel);
        var found = new List<GraphEdge>();
        foreach (var row in rows)
            found.AddRange(RevisionEdges.Of(row, await edges.VersionsAsync(actor, row.Spec, cancel)));
        return new BackfillPart(found, [], rows.Count < Page ? null : string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Key.Environment}/{rows[^1].Key.Name}/{rows[^1].Revision}"));
    }
}

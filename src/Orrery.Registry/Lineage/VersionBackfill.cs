using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>The model versions of before the graph.</summary>
internal sealed class VersionBackfill(Db db) : ILineageBackfill
{
    private const int Page = 500;

    /// <inheritdoc/>
    public string Name => "registry.versions";

    /// <inheritdoc/>
    public ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel) => db.ReadAsync(async session =>
    {
        var (model, number) = after.Split('/') is [var id, var text] ? (id, long.Parse(text, CultureInfo.InvariantCulture)) : ("", 0);
        var versions = await VersionEdgeStore.PageAsync(session, actor.Workspace, model, number, Page);
        var nodes = versions.Select(static version => VersionEdges.NodeOf(version.ModelId, version.Name, version.Version)).ToList();
        return new BackfillPart(
            await VersionEdges.ReadAsync(session, actor.Workspace, versions), nodes,
            versions.Count < Page ? null : string.Create(CultureInfo.InvariantCulture, $"{versions[^1].ModelId}/{versions[^1].Version}"));
    }, cancel);
}

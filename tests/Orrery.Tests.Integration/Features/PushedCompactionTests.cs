using Microsoft.Extensions.DependencyInjection;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pushed rows that move to files while others are pushed and read.</summary>
public sealed class PushedCompactionTests
{
    private const string Definitions = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: clicks, type: push }]
        feature_views: [{ name: counted, entities: [driver], source: clicks, features: [{ name: count, type: int64 }] }]
        """;

    private static readonly WorkspaceId Workspace = WorkspaceId.Default;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_by_it()
    {
        await using var server = await ServerInProcess.StartAsync();
        var (db, jobs) = (server.Services.GetRequiredService<Db>(), server.Services.GetRequiredService<Jobs>());
        var project = ProjectCompiler.Compile(Workspace, "default", DefinitionYaml.Read(Definitions).Value.Document with { Project = "p" }).Value;
        for (var at = 0; at < 12; at++)
            await AppendAsync(db, 5_000);
        await db.WriteAsync<JobId>(async session => await PushedCompaction.EnqueueAsync(session, jobs, project, project.Sources["clicks"]), Cancel);

        // Pushes and reads go on until the file is there, and some more.
        var (pushed, after) = (60_000L, 0);
        while (after < 3)
        {
            pushed = await AppendAsync(db, 10);
            var sequences = await ReadAsync(server.Services, project);
            Assert.Equal((pushed, pushed, 1L, pushed), sequences);
            after += await SegmentsAsync(db) > 0 ? 1 : 0;
        }

        Assert.Equal(1, await SegmentsAsync(db));
        Assert.Equal(pushed - PushedCompaction.Rows, await db.ReadAsync(async session => (long)(await PushedStore.ListAsync(session, Workspace, "p", "clicks", 0, long.MaxValue, 100_000)).Count, Cancel));
    }

    /// <summary>Adds rows and gives the last sequence.</summary>
    private static async Task<long> AppendAsync(Db db, int rows) => (await db.WriteAsync<long>(
        async session => (await PushStore.AppendAsync(session, Workspace, "p", "clicks", [.. Enumerable.Range(0, rows).Select(static at => new PushedRow(at, null, "{\"driver_id\":1,\"count\":2}"))])).Last, Cancel)).Value;

    private static async Task<int> SegmentsAsync(Db db) => (await db.ReadAsync(session => PushedStore.SegmentsAsync(session, Workspace, "p", "clicks"), Cancel)).Count;

    private static async Task<(long Rows, long Different, long First, long Last)> ReadAsync(IServiceProvider services, FeatureProject project)
    {
        using var lease = (await services.GetRequiredService<DuckEngines>().LeaseAsync(Workspace, Cancel)).Value;
        var relation = (await services.GetRequiredService<PushedRows>().RelationAsync(lease, project, project.Sources["clicks"], new SourceSnapshot(), Cancel)).Value;
        long Ask(string what) => lease.Whole($"select {what} from {relation.From}", Cancel) ?? 0;
        return (Ask("count(*)"), Ask("count(distinct sequence)"), Ask("min(sequence)"), Ask("max(sequence)"));
    }
}

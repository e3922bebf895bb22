using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Reports as they are kept, on every database.</summary>
public abstract class ExplanationStoreBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Reports_are_found_listed_and_ended_once()
    {
        foreach (var (id, version) in new[] { ("01", 1L), ("02", 1L), ("03", 2L), ("04", 1L) })
            await WriteAsync(id, version);
        await EndAsync("02", ExplanationRow.Succeeded, "{\"method\":\"first\"}");
        await EndAsync("01", ExplanationRow.Succeeded, "{}");
        await EndAsync("03", ExplanationRow.Cancelled, null);

        // What has ended stays as it is.
        await EndAsync("02", ExplanationRow.Failed, null);

        var found = await database.Db.ReadAsync(static session => ExplanationStore.FindAsync(session, WorkspaceId.Default, "02"), Cancel);
        Assert.Equal((ExplanationRow.Succeeded, "{\"method\":\"first\"}", "hash", 7L), (found!.State, found.Result, found.ContentHash, found.FinishedAt));
        Assert.Equal(("churn", 1L, "ann", "set"), (found.Model, found.Version, found.CreatedBy, found.Spec.Data.TrainingSet));
        Assert.Equal("02", await database.Db.ReadAsync(static session => ExplanationStore.LatestIdAsync(session, WorkspaceId.Default, "churn", 1), Cancel));
        Assert.Null(await database.Db.ReadAsync(static session => ExplanationStore.LatestIdAsync(session, WorkspaceId.Default, "churn", 2), Cancel));
        Assert.Equal(["04", "02", "01"], await ListAsync(1, null, "~"));
        Assert.Equal(["02", "01"], await ListAsync(null, ExplanationRow.Succeeded, "~"));
        Assert.Equal(["02"], await ListAsync(1, null, "04", 1));
        Assert.Equal(["03"], await ListAsync(null, ExplanationRow.Cancelled, "~"));
    }

    private ValueTask<Result<Done>> WriteAsync(string id, long version) => database.Db.WriteAsync<Done>(async session =>
    {
        await ExplanationStore.InsertAsync(session, Row(id, version));
        return Done.Ok;
    }, Cancel);

    private ValueTask<Result<Done>> EndAsync(string id, string state, string? result) => database.Db.WriteAsync<Done>(async session =>
    {
        await ExplanationStore.EndAsync(session, Row(id, 1) with { State = state, Result = result, ContentHash = result is null ? null : "hash", FinishedAt = 7 });
        return Done.Ok;
    }, Cancel);

    private async Task<List<string>> ListAsync(long? version, string? state, string before, int limit = 10) =>
        [.. (await database.Db.ReadAsync(session => ExplanationStore.ListAsync(session, WorkspaceId.Default, "churn", version, state, before, limit), Cancel)).Select(static row => row.Id)];

    private static ExplanationRow Row(string id, long version) => new()
    {
        Workspace = WorkspaceId.Default,
        Id = id,
        Model = "churn",
        Version = version,
        State = ExplanationRow.Running,
        Spec = new() { Model = "churn", Data = new() { Project = "sales", TrainingSet = "set" } },
        JobId = "1",
        CreatedBy = "ann",
        CreatedAt = 5,
    };
}

/// <summary>On SQLite.</summary>
public sealed class ExplanationStoreOnSqlite() : ExplanationStoreBehaviour(new SqliteDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class ExplanationStoreOnPostgres() : ExplanationStoreBehaviour(new PostgresDatabase());

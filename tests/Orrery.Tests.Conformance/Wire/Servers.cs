using Orrery.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Orrery.Tests.Conformance.Servers))]

namespace Orrery.Tests.Conformance;

/// <summary>Which database is behind the server under test.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>
/// One server process per database for the whole run, started by the first test that asks. Tests keep apart by workspaces.
/// </summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly Lazy<Task<ServerProcess>> _sqlite = new(() => ServerProcess.StartAsync(Quiet));
    private readonly Lazy<Task<ServerProcess>> _postgres = new(StartOnPostgresAsync);

    private static string[] Quiet => ["--log-level", "Warning"];

    /// <summary>The server on that database. Without PostgreSQL the test is skipped, or fails when CI is set.</summary>
    public Task<ServerProcess> OnAsync(Store store) => store is Store.Sqlite ? _sqlite.Value : _postgres.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in (Lazy<Task<ServerProcess>>[])[_sqlite, _postgres])
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await server.Value).DisposeAsync();
        }
    }

    private static async Task<ServerProcess> StartOnPostgresAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        return await ServerProcess.StartAsync([.. Quiet, "--database", await postgres.CreateMigratedDatabaseAsync()]);
    }
}

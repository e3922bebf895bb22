using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>One server on each database for all tests of a class, each started by the first test that needs it; each test takes names of its own.</summary>
public sealed class BothServers : IAsyncDisposable
{
    private ServerProcess? _sqlite;
    private ServerProcess? _postgres;

    /// <summary>The server on a database; skips the test where there is no PostgreSQL.</summary>
    public async Task<ServerProcess> OnAsync(bool postgres, CancellationToken cancel)
    {
        if (!postgres)
            return _sqlite ??= await ServerProcess.StartAsync(cancel: cancel);
        return _postgres ??= await ServerProcess.StartAsync(["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(cancel)], cancel: cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_sqlite is not null)
            await _sqlite.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}

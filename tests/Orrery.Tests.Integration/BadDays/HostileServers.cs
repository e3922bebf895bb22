using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>One server on each database for all hostile requests of a class: they must survive them.</summary>
public sealed class HostileServers : IAsyncLifetime
{
    private ServerProcess? _sqlite;
    private ServerProcess? _postgres;

    /// <summary>Every file is a blob there, also a small one.</summary>
    public ServerProcess Sqlite => _sqlite!;

    /// <summary>The server on a database; skips the test where there is no PostgreSQL.</summary>
    public async Task<ServerProcess> OnAsync(bool postgres)
    {
        if (!postgres)
            return Sqlite;
        return _postgres ??= await ServerProcess.StartAsync(["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync()]);
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _sqlite = await ServerProcess.StartAsync(["--Orrery:Tracking:InlineArtifactBytes", "0"]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_sqlite is not null)
            await _sqlite.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}

using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server process for the tests of one class; each test takes a workspace of its own.</summary>
public abstract class EvaluationServer : IAsyncLifetime
{
    private ServerProcess _server = null!;

    /// <summary>Speaks to the server.</summary>
    public HttpClient Client => _server.Client;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(["--log-level", "Warning", .. await FlagsAsync()]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Which database.</summary>
    protected abstract Task<string[]> FlagsAsync();
}

/// <summary>On SQLite.</summary>
public sealed class EvaluationServerOnSqlite : EvaluationServer
{
    /// <inheritdoc/>
    protected override Task<string[]> FlagsAsync() => Task.FromResult<string[]>([]);
}

/// <summary>On PostgreSQL.</summary>
public sealed class EvaluationServerOnPostgres : EvaluationServer
{
    /// <inheritdoc/>
    protected override async Task<string[]> FlagsAsync() => ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync()];
}

using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server that calls webhooks on this machine, and soon again, for all tests of a class.</summary>
public abstract class RegistryServer : IAsyncLifetime
{
    /// <summary>The server.</summary>
    public ServerProcess Process { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync(
        await ArgumentsAsync(),
        new Dictionary<string, string>
        {
            ["Orrery__Webhooks__AllowPrivateNetworks"] = "true",
            ["Orrery__Webhooks__FirstRetry"] = "00:00:00.020",
            ["Orrery__Webhooks__Timeout"] = "00:00:02",
            ["Orrery__Webhooks__MaxAttempts"] = "4",
        },
        cancel: TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Further flags of the server.</summary>
    protected abstract Task<string[]> ArgumentsAsync();
}

public sealed class RegistryServerWithSqlite : RegistryServer
{
    protected override Task<string[]> ArgumentsAsync() => Task.FromResult<string[]>([]);
}

public sealed class RegistryServerWithPostgres : RegistryServer
{
    protected override async Task<string[]> ArgumentsAsync() => ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync()];
}

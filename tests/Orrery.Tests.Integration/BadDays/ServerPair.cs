using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>Two servers on one PostgreSQL and one folder of blobs.</summary>
internal sealed class ServerPair : IAsyncDisposable
{
    private readonly ServerProcess _one;
    private readonly ServerProcess _other;

    private ServerPair(ServerProcess one, ServerProcess other)
    {
        _one = one;
        _other = other;
    }

    public HttpClient One => _one.Client;

    public HttpClient Other => _other.Client;

    public static async Task<ServerPair> StartAsync(CancellationToken cancel)
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(cancel);
        var one = await ServerProcess.StartAsync(["--database", database], cancel: cancel);
        try
        {
            return new(one, await ServerProcess.StartAsync(["--database", database], dataDir: one.DataDir, cancel: cancel));
        }
        catch
        {
            await one.DisposeAsync();
            throw;
        }
    }

    public Task KillOneAsync(CancellationToken cancel) => _one.KillAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _one.DisposeAsync();
    }
}

using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server process for the tests of one or several classes. Each test works in a workspace of its own.</summary>
public abstract class TrackingServer : IAsyncLifetime
{
    private readonly List<OrreryClient> _clients = [];

    public ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client in a workspace.</summary>
    public OrreryClient Client(string workspace)
    {
        var client = new OrreryClient(Server.BaseAddress, new() { Workspace = workspace, Retries = 0 });
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>Files of a workspace's artifacts in the blob store.</summary>
    public string[] Blobs(string workspace)
    {
        var folder = Path.Combine(Server.DataDir, "blobs", workspace, "artifacts");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>A server whose artifacts of 15 bytes and more are blobs, smaller ones in the database.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => ServerProcess.StartAsync(
        ["--log-level", "Warning", .. arguments], new Dictionary<string, string> { ["Orrery__Tracking__InlineArtifactBytes"] = "14" });

    protected abstract Task<ServerProcess> StartAsync();
}

public sealed class TrackingOnSqlite : TrackingServer
{
    protected override Task<ServerProcess> StartAsync() => StartAsync([]);
}

public sealed class TrackingOnPostgres : TrackingServer
{
    protected override Task<ServerProcess> StartAsync() => StartOwnAsync();

    /// <summary>A server on a database of its own.</summary>
    public static async Task<ServerProcess> StartOwnAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync();
        return await StartAsync("--database", database);
    }
}

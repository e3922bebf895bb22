using Orrery.Testing;

namespace Orrery.Load;

/// <summary>The real server as a process of its own, on one kind of database, with fresh data.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly PostgresServer? _postgres;
    private readonly int? _postmaster;

    private Stage(string name, ServerProcess server, PostgresServer? postgres)
    {
        Name = name;
        Server = server;
        _postgres = postgres;
        _postmaster = postgres is null ? null : ProcessorMeter.PostmasterOn(postgres.Port);
    }

    /// <summary>SQLite or PostgreSQL.</summary>
    public string Name { get; }

    public bool IsPostgres => _postgres is not null;

    public ServerProcess Server { get; }

    /// <summary>Of the process that runs now; ask again after a restart.</summary>
    public ProcessorMeter Meter => new(Server.ProcessId, _postmaster);

    public static async Task<Stage> OnSqliteAsync(LoadOptions options, CancellationToken cancel) =>
        new("SQLite", await StartAsync(options, [], cancel), postgres: null);

    public static async Task<Stage> OnPostgresAsync(LoadOptions options, CancellationToken cancel)
    {
        var postgres = await PostgresServer.StartAsync(cancel);
        try
        {
            var database = await postgres.CreateDatabaseAsync(cancel);
            return new("PostgreSQL", await StartAsync(options, ["--database", database], cancel), postgres);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public Crowd Connect(int connections) => new(Server.Port, connections);

    /// <summary>One request that must succeed.</summary>
    /// <returns>The text member named.</returns>
    public string Ask(byte[] request, ReadOnlySpan<byte> quotedName)
    {
        using var connection = new Connection(0, Server.Port);
        return Require(connection.Send(request)).Get(quotedName);
    }

    /// <summary>One request that must succeed.</summary>
    /// <returns>Bytes of the answer's body.</returns>
    public int Ask(byte[] request)
    {
        using var connection = new Connection(0, Server.Port);
        return Require(connection.Send(request)).Body.Length;
    }

    public bool Serves(string target)
    {
        using var connection = new Connection(0, Server.Port);
        return connection.Send(HttpBytes.Get(target)).Succeeded;
    }

    public async ValueTask DisposeAsync()
    {
        var data = Server.DataDir;
        await Server.DisposeAsync();
        Directory.Delete(data, recursive: true);
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private static async Task<ServerProcess> StartAsync(LoadOptions options, string[] arguments, CancellationToken cancel)
    {
        Directory.CreateDirectory(options.DataFolder);
        var data = Directory.CreateDirectory(Path.Combine(options.DataFolder, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("n")));
        return await ServerProcess.StartAsync(arguments, dataDir: data.FullName, cancel: cancel);
    }

    private static Answer Require(Answer answer) => answer.Succeeded
        ? answer
        : throw new InvalidOperationException($"The server refused a step of the preparation: {answer.Status} {answer.Text}");
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Storage;
using Xunit;

namespace Orrery.Testing;

/// <summary>
/// A fresh metadata database with the migrations of all modules. The behaviour suite of a store is an abstract class; one
/// sealed class for each database runs it, either with a database of its own for each test or with a class fixture.
/// </summary>
public abstract class TestDatabase : IAsyncLifetime
{
    private readonly List<ServiceProvider> _servers = [];
    private DatabaseOptions? _options;

    /// <summary>The database.</summary>
    public Db Db => Services.GetRequiredService<Db>();

    /// <summary>Storage's services of the first server.</summary>
    public IServiceProvider Services => _servers.Count > 0 ? _servers[0] : throw new InvalidOperationException("Not initialized yet.");

    /// <summary>A temporary folder; SQLite's file is in it.</summary>
    public string DataDir { get; } = Directory.CreateTempSubdirectory("orrery-test-").FullName;

    /// <summary>Where it is.</summary>
    public DatabaseOptions Options => _options ?? throw new InvalidOperationException("Not initialized yet.");

    /// <summary>Services of a server on this database; they go with the fixture. SQLite allows only the first.</summary>
    /// <param name="time">Its clock; null for the machine's.</param>
    /// <param name="add">Further services.</param>
    public IServiceProvider AddServer(TimeProvider? time = null, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        if (time is not null)
            services.AddSingleton(time);
        services.AddStorage(Options, DataDir);
        services.AddModuleMigrations();
        add?.Invoke(services);
        var provider = services.BuildServiceProvider();
        _servers.Add(provider);
        return provider;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _options = await CreateAsync();
        await AddServer().MigrateAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_servers))
            await server.DisposeAsync();
        Directory.Delete(DataDir, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an empty database.</summary>
    protected abstract Task<DatabaseOptions> CreateAsync();
}

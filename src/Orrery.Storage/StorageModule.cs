using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage;

/// <summary>Storage: the metadata database, migrations, jobs, the outbox and blobs. Owns tables <c>sys_*</c>.</summary>
public static class StorageModule
{
    /// <summary>Adds the database (PostgreSQL as the options say, else SQLite in the data folder), jobs and the outbox.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Where metadata lives.</param>
    /// <param name="dataDir">Folder of the SQLite file.</param>
    /// <param name="jobs">How this server runs jobs; null for the defaults.</param>
    /// <param name="outbox">How events are delivered; null for the defaults.</param>
    public static IServiceCollection AddStorage(
        this IServiceCollection services, DatabaseOptions options, string dataDir, JobOptions? jobs = null, OutboxOptions? outbox = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<ServerIdentity>();
        services.AddSingleton<Migrator>();
        services.AddSingleton(_ => new ScratchFiles(Path.Combine(dataDir, "scratch")));
        services.AddSingleton<Db>(provider =>
        {
            var metrics = provider.GetRequiredService<StorageMetrics>();
            var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Storage.Db");
            var time = provider.GetRequiredService<TimeProvider>();
            return options.IsPostgres
                ? new PostgresDb(options.Complete(), metrics, logger, time)
                : SqliteDb.Open(SqliteFile(dataDir), metrics, logger, time);
        });
        services.AddSingleton<PostgresStatistics>().AddHostedService(static provider => provider.GetRequiredService<PostgresStatistics>());
        return services.AddMigrations("sys", typeof(StorageModule).Assembly).AddPortableTables(StorageTables.All).AddJobs(jobs ?? new()).AddOutbox(outbox ?? new());
    }

    /// <summary>The file of the metadata database, where it is SQLite.</summary>
    public static string SqliteFile(string dataDir) => Path.Combine(dataDir, "orrery.db");

    /// <summary>Where blobs are when no place is configured.</summary>
    public static string BlobsFolder(string dataDir) => Path.Combine(dataDir, "blobs");

    /// <summary>Adds the blob store: a bucket as the options say, else a folder in the data folder.</summary>
    public static IServiceCollection AddBlobs(this IServiceCollection services, BlobsOptions options, string dataDir) => services
        .AddSingleton(provider => options.Open(BlobsFolder(dataDir), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(_ => new Buckets(options));

    /// <summary>Adds the encryption of secrets at rest, under the key that the options name.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, SecretOptions options, string dataDir) => services
        .AddSingleton(_ => new SecretBox(SecretKeyFile.Load(options, dataDir)))
        .AddSingleton<SecretKeyCheck>();

    /// <summary>Adds a module's migrations; modules are added in the order of their tiers.</summary>
    public static IServiceCollection AddMigrations(this IServiceCollection services, string prefix, System.Reflection.Assembly assembly) =>
        services.AddSingleton(new MigrationSet(prefix, assembly));

    /// <summary>Says what becomes of a module's tables when a workspace moves; modules are added in the order of their tiers.</summary>
    public static IServiceCollection AddPortableTables(this IServiceCollection services, IEnumerable<PortableTable> tables)
    {
        foreach (var table in tables)
            services.AddSingleton(table);
        return services;
    }

    /// <summary>Opens the database and brings it up to date. Call once, before anything is served.</summary>
    /// <exception cref="DatabaseLockedException">Another server has the SQLite file.</exception>
    /// <exception cref="MigrationException">The database's history is not this server's.</exception>
    /// <exception cref="SecretKeyException">The database's secrets were sealed with another key.</exception>
    public static async Task MigrateAsync(this IServiceProvider provider, CancellationToken cancel)
    {
        await provider.GetRequiredService<Migrator>().RunAsync(until: null, cancel);
        if (provider.GetService<SecretKeyCheck>() is { } check)
            await check.RunAsync(cancel);
        var db = provider.GetRequiredService<Db>();
        if (db.Dialect.Kind is DatabaseKind.Sqlite)
            await TakeJobsBackAsync(db, provider.GetRequiredService<TimeProvider>().GetUtcNow());
    }

    // The file's lock makes this server the only one: whoever ran a job is gone, and nobody need wait for the lease to end.
    private static async Task TakeJobsBackAsync(Db db, DateTimeOffset now)
    {
        try
        {
            await db.WriteAsync<int>(async session => await JobStore.TakeBackAsync(session, now.ToUnixTimeMilliseconds()), CancellationToken.None);
        }
        catch (DatabaseUnavailableException)
        {
            // A full disk does not keep the server from starting, and leases end by themselves.
        }
    }

    private static IServiceCollection AddJobs(this IServiceCollection services, JobOptions options) => services
        .AddSingleton<JobSignals>()
        .AddSingleton(options)
        .AddSingleton(static p => new Jobs(p.GetRequiredService<Db>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<JobSignals>()))
        .AddHostedService<JobWorker>();

    private static IServiceCollection AddOutbox(this IServiceCollection services, OutboxOptions options) => services
        .AddSingleton<OutboxSignals>()
        .AddSingleton(options)
        .AddSingleton(static p => new Outbox(p.GetRequiredService<Db>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<OutboxSignals>()))
        .AddHostedService<OutboxDispatcher>();
}

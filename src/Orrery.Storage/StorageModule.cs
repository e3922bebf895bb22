using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage;

/// <summary>Storage: the metadata database, migrations, jobs, the outbox and blobs. Owns tables <c>sys_*</c>.</summary>
public static class StorageModule
{
    /// <summary>Adds the database: PostgreSQL as the options say, else SQLite in the data folder.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, DatabaseOptions options, string dataDir)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<Db>(provider =>
        {
            var metrics = provider.GetRequiredService<StorageMetrics>();
            var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Storage.Db");
            var time = provider.GetRequiredService<TimeProvider>();
            return options.IsPostgres
                ? new PostgresDb(options.Complete(), metrics, logger, time)
                : SqliteDb.Open(Path.Combine(dataDir, "orrery.db"), metrics, logger, time);
        });
        return services.AddMigrations("sys", typeof(StorageModule).Assembly).AddJobs().AddOutbox();
    }

    /// <summary>Adds a module's migrations; modules are added in the order of their tiers.</summary>
    public static IServiceCollection AddMigrations(this IServiceCollection services, string prefix, System.Reflection.Assembly assembly) =>
        services.AddSingleton(new MigrationSet(prefix, assembly));

    /// <summary>Opens the database and brings it up to date. Call once, before anything is served.</summary>
    /// <exception cref="DatabaseLockedException">Another server has the SQLite file.</exception>
    /// <exception cref="MigrationException">The database's history is not this server's.</exception>
    public static async Task MigrateAsync(this IServiceProvider provider, CancellationToken cancel) =>
        await provider.GetRequiredService<Migrator>().RunAsync(until: null, cancel);

    private static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobSignals>()
        .AddSingleton(static p => new Jobs(p.GetRequiredService<Db>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<JobSignals>()));

    private static IServiceCollection AddOutbox(this IServiceCollection services) => services
        .AddSingleton<OutboxSignals>()
        .AddSingleton(static p => new Outbox(p.GetRequiredService<Db>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<OutboxSignals>()));
}

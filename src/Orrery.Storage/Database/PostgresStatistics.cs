using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// Has PostgreSQL measure each table soon after its first rows. Plans made while a table is empty are kept by connections until it is
/// measured; some then read a whole workspace for each row. PostgreSQL does it by itself in a minute or two, which is long under load.
/// </summary>
internal sealed class PostgresStatistics(Db db, TimeProvider time, ILogger<PostgresStatistics> logger) : BackgroundService
{
    private const string ListUnmeasured = """
        select quote_ident(schemaname) || '.' || quote_ident(relname)
          from pg_stat_user_tables
         where schemaname = current_schema()
           and last_analyze is null
           and last_autoanalyze is null
           and n_live_tup >= 100
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Measures the tables that have rows and never were.</summary>
    /// <returns>How many.</returns>
    public async ValueTask<int> MeasureAsync(CancellationToken cancel)
    {
        var tables = await db.ReadAsync(async session =>
        {
            using var list = session.Sql(ListUnmeasured);
            return await list.ListAsync(static row => row.GetString(0));
        }, cancel);
        foreach (var table in tables)
        {
            await db.WriteAsync<Done>(async session =>
            {
                using var analyze = session.Sql("analyze " + table);
                await analyze.ExecuteAsync();
                return Done.Ok;
            }, cancel);
        }

        return tables.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (db.Dialect.Kind is not DatabaseKind.Postgres)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await MeasureAsync(stoppingToken);
            }
            // It only makes things faster: the next time will do.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotMeasured(logger, e);
            }
        }
    }
}

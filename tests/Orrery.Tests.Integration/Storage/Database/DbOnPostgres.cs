using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>With what is PostgreSQL's own: several servers, and a database that goes away and comes back.</summary>
public sealed class DbOnPostgres() : DbBehaviour(new PostgresDatabase())
{
    [Fact]
    public async Task Servers_that_start_together_migrate_once()
    {
        var options = new DatabaseOptions { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel) };
        var servers = Enumerable.Range(0, 4).Select(_ =>
        {
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddStorage(options, Database.DataDir);
            return services.BuildServiceProvider();
        }).ToList();

        await Task.WhenAll(servers.Select(server => Task.Run(() => server.MigrateAsync(Cancel), Cancel)));

        Assert.Equal(3, await servers[0].GetRequiredService<Db>().ReadAsync(async session =>
        {
            using var statement = session.Sql("select count(*) from sys_migration");
            return await statement.LongAsync();
        }, Cancel));
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_is_taken_between_the_look_and_the_write_is_looked_at_again()
    {
        var looks = 0;
        var answer = await Db.WriteAsync<string>(async session =>
        {
            using var statement = session.Sql("select count(*) from t_probe where tenant_id = 1 and id = 'name'");
            if (await statement.LongAsync() > 0)
                return "taken";
            if (++looks == 1)
                await WriteAsync(other => InsertAsync(other, "name"));
            await InsertAsync(session, "name");
            return "made";
        }, Cancel);
        // What is taken and cannot be seen is told as it is, not looked at for ever.
        var blind = 0;
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => WriteAsync(session =>
        {
            blind++;
            return InsertAsync(session, "name");
        }));

        Assert.Equal("taken", answer.Value);
        Assert.Equal((1, 2), (looks, blind));
    }

    [Fact]
    public async Task A_table_is_measured_once_it_has_rows()
    {
        var statistics = Database.Services.GetRequiredService<PostgresStatistics>();
        await WriteAsync(async session =>
        {
            for (var i = 0; i < 200; i++)
                await InsertAsync(session, $"{i:000}");
        });

        // PostgreSQL counts rows a moment after their commit.
        await Eventually.HoldsAsync("it is measured", async () => await statistics.MeasureAsync(Cancel) > 0
            || await LongAsync("select count(*) from pg_stat_user_tables where relname = 't_probe' and last_analyze is not null") == 1);

        Assert.Equal(200, await LongAsync("select cast(reltuples as bigint) from pg_class where relname = 't_probe'"));
        Assert.Equal(0, await statistics.MeasureAsync(Cancel));
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_and_nobody_sees_it()
    {
        await WriteAsync(async session =>
        {
            await InsertAsync(session, "a", 0);
            await InsertAsync(session, "b", 0);
        });
        using var both = new CountdownEvent(2);
        async Task AddAsync(string first, string second) => await WriteAsync(async session =>
        {
            await BumpAsync(session, first);
            if (!both.IsSet)
            {
                both.Signal();
                await Task.Run(() => both.Wait(Cancel), Cancel);
            }

            await BumpAsync(session, second);
        });

        await Task.WhenAll(AddAsync("a", "b"), AddAsync("b", "a"));

        Assert.Equal(4, await LongAsync("select sum(whole) from t_probe"));
    }

    [Fact]
    public async Task A_restart_under_load_loses_no_acknowledged_write()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStorage(new DatabaseOptions { ConnectionString = await server.CreateDatabaseAsync(Cancel) }, Database.DataDir);
        await using var provider = services.BuildServiceProvider();
        await provider.MigrateAsync(Cancel);
        var db = provider.GetRequiredService<Db>();
        await db.WriteAsync<int>(async session => await RunAsync(session, "create table t_load (id {text} primary key)", null), Cancel);

        var acknowledged = new ConcurrentBag<string>();
        var unsure = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var id = $"{caller}-{i}";
                try
                {
                    await db.WriteAsync<int>(async session => await RunAsync(session, "insert into t_load (id) values (@id)", id), Cancel);
                    acknowledged.Add(id);
                }
                catch (DatabaseUnavailableException)
                {
                    unsure.Add(id);
                }
            }
        }, Cancel)).ToList();
        await Eventually.HoldsAsync("the load runs", () => acknowledged.Count > 50);
        await server.RestartAsync(Cancel);
        var before = acknowledged.Count;
        await Eventually.HoldsAsync("writes go on after an orderly restart", () => acknowledged.Count > before + 50);
        await server.StopImmediateAsync(Cancel);
        await server.StartAgainAsync(Cancel);
        before = acknowledged.Count;
        await Eventually.HoldsAsync("writes go on after a crash", () => acknowledged.Count > before + 50);
        await enough.CancelAsync();
        await Task.WhenAll(callers);

        var kept = await db.ReadAsync(async session =>
        {
            using var statement = session.Sql("select id from t_load");
            return await statement.ListAsync(static row => row.GetString(0));
        }, Cancel);
        Assert.Empty(acknowledged.Except(kept));
        Assert.Empty(kept.Except(acknowledged).Except(unsure));
    }

    [Fact]
    public async Task A_database_that_is_away_says_so()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStorage(new DatabaseOptions { ConnectionString = await server.CreateDatabaseAsync(Cancel) }, Database.DataDir);
        await using var provider = services.BuildServiceProvider();
        var db = provider.GetRequiredService<Db>();
        Assert.Null(await db.CheckAsync(Cancel));

        await server.StopImmediateAsync(Cancel);

        Assert.Equal("storage.database_away", (await db.CheckAsync(Cancel))?.Code);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await db.ReadAsync(async session => await RunAsync(session, "select 1", null), Cancel));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () =>
            await db.WriteAsync<int>(async session => await RunAsync(session, "select 1", null), Cancel));
    }

    [Fact]
    public async Task A_connection_broken_while_it_is_made_is_made_again_and_nobody_sees_it()
    {
        var server = await PostgresServer.SharedAsync();
        await using var line = new ShakyLine(server.Port);
        var database = await server.CreateDatabaseAsync(Cancel);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStorage(new DatabaseOptions { ConnectionString = $"{database};Port={line.Port}" }, Database.DataDir);
        await using var provider = services.BuildServiceProvider();
        var db = provider.GetRequiredService<Db>();

        line.HangUps = 1;
        for (var i = 0; i < 5; i++)
            Assert.True((await db.WriteAsync<int>(async session => await RunAsync(session, "select 1", null), Cancel)).Succeeded);

        Assert.Equal(0, line.HangUps);
    }

    private static async ValueTask<int> RunAsync(DbSession session, string sql, string? id)
    {
        using var statement = session.Sql(sql);
        if (id is not null)
            statement.Set("id", id);
        return await statement.ExecuteAsync();
    }

    private static async ValueTask<int> BumpAsync(DbSession session, string id)
    {
        using var statement = session.Sql("update t_probe set whole = whole + 1 where tenant_id = 1 and id = @id").Set("id", id);
        return await statement.ExecuteAsync();
    }
}

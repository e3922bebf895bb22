using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.LineageBench;
using Orrery.Storage;
using Orrery.Testing;

var size = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 1_000_000;
Console.WriteLine("| database | question | nodes | p50 | p95 | most |");
Console.WriteLine("|---|---|---|---|---|---|");
if (args is not [_, "postgres"])
    await MeasureAsync("SQLite", new());
if (args is [_, "sqlite"])
    return;
await using (var server = await PostgresServer.StartAsync())
    await MeasureAsync("PostgreSQL", new() { ConnectionString = await server.CreateDatabaseAsync() });

async Task MeasureAsync(string name, DatabaseOptions database)
{
    var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "bench", $"lineage-{Environment.ProcessId}-{name}")).FullName;
    await using (var services = new ServiceCollection()
        .AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning))
        .AddStorage(database, folder)
        .AddMigrations("lin", typeof(LineageModule).Assembly)
        .BuildServiceProvider())
    {
        await services.MigrateAsync(CancellationToken.None);
        var db = services.GetRequiredService<Db>();
        var data = new LineageData(size);
        var watch = Stopwatch.StartNew();
        foreach (var part in data.Edges().Chunk(20_000))
        {
            await db.WriteAsync<Done>(async session =>
            {
                await LineageEdges.AppendAsync(session, LineageData.Actor, part);
                return Done.Ok;
            }, CancellationToken.None);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {data.Count:N0} edges written in {watch.Elapsed.TotalSeconds:0} s | | | | |"));
        foreach (var (question, ask) in data.Questions(db))
            await AskAsync(name, question, ask);
    }

    Directory.Delete(folder, recursive: true);
}

static async Task AskAsync(string database, string question, Func<ValueTask<int>> ask)
{
    const int Times = 200;
    for (var warm = 0; warm < 20; warm++)
        await ask();
    var (times, nodes) = (new double[Times], 0L);
    for (var i = 0; i < Times; i++)
    {
        var began = Stopwatch.GetTimestamp();
        nodes += await ask();
        times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    Array.Sort(times);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {database} | {question} | {(double)nodes / Times:N0} | {times[Times / 2]:0.0} ms | {times[Times * 95 / 100]:0.0} ms | {times[^1]:0.0} ms |"));
}

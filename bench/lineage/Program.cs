using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Lineage;
using Orrery.LineageBench;
using Orrery.Storage;
using Orrery.Testing;

var size = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 1_000_000;
Console.WriteLine("| database | question | nodes | p50 | p95 | most | processor time of one |");
Console.WriteLine("|---|---|---|---|---|---|---|");
if (args is not [_, "postgres"])
    await MeasureAsync("SQLite", new());
if (args is [_, "sqlite"])
    return;
await using (var server = await PostgresServer.StartAsync())
    await MeasureAsync("PostgreSQL", new() { ConnectionString = await server.CreateDatabaseAsync() + ";Maximum Pool Size=1" });

async Task MeasureAsync(string name, DatabaseOptions database)
{
    const int Rounds = 2;
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
        await LineageLoadStore.LoadAsync(db, data);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {data.Count:N0} edges written in {watch.Elapsed.TotalSeconds:0} s | | | | | |"));
        var clock = new ProcessorClock(await LineageLoadStore.BackendAsync(db));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (question, ask) in data.Questions(db))
                await AskAsync(name, question, ask, clock);
        }
    }

    Directory.Delete(folder, recursive: true);
}

static async Task AskAsync(string database, string question, Func<ValueTask<int>> ask, ProcessorClock clock)
{
    const int Times = 200;
    for (var warm = 0; warm < 20; warm++)
        await ask();
    var (times, nodes, before) = (new double[Times], 0L, clock.Now());
    for (var i = 0; i < Times; i++)
    {
        var began = Stopwatch.GetTimestamp();
        nodes += await ask();
        times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    var worked = (clock.Now() - before).TotalMilliseconds / Times;
    Array.Sort(times);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {database} | {question} | {(double)nodes / Times:N0} | {times[Times / 2]:0.0} ms | {times[Times * 95 / 100]:0.0} ms | {times[^1]:0.0} ms | {worked:0.0} ms |"));
}

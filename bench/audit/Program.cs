using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.AuditBench;
using Orrery.Storage;
using Orrery.Testing;

var seconds = args is [var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 4;
Console.WriteLine("| database | write | unaudited/s | audited/s | audited/unaudited | sealed behind |");
Console.WriteLine("|---|---|---|---|---|---|");
if (args is not [_, "postgres"])
    await MeasureAsync("SQLite", new());
if (args is [_, "sqlite"])
    return;
await using (var server = await PostgresServer.StartAsync())
    await MeasureAsync("PostgreSQL", new() { ConnectionString = await server.CreateDatabaseAsync() + ";Maximum Pool Size=70" });

async Task MeasureAsync(string name, DatabaseOptions database)
{
    var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "bench", $"audit-{Environment.ProcessId}-{name}")).FullName;
    await using (var services = new ServiceCollection()
        .AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning))
        .AddStorage(database, folder)
        .AddSecrets(new(), folder)
        .AddBlobs(new(), folder)
        .AddAudit()
        .BuildServiceProvider())
    {
        await services.MigrateAsync(CancellationToken.None);
        await WriteStore.CreateAsync(services.GetRequiredService<Db>());
        var loops = services.GetServices<IHostedService>().ToList();
        foreach (var loop in loops)
            await loop.StartAsync(CancellationToken.None);
        foreach (var rows in (int[])[1, 4, 20])
        {
            var crowd = new Crowd(services.GetRequiredService<Db>(), services.GetRequiredService<AuditLog>(), rows);
            await crowd.RunAsync(audited: true, TimeSpan.FromSeconds(1));
            var (plain, audited) = (new List<double>(), new List<double>());
            for (var round = 0; round < 3; round++)
            {
                await crowd.DrainAsync();
                plain.Add(await crowd.RunAsync(audited: false, TimeSpan.FromSeconds(seconds)));
                audited.Add(await crowd.RunAsync(audited: true, TimeSpan.FromSeconds(seconds)));
            }

            var drained = Stopwatch.StartNew();
            await crowd.DrainAsync();
            var (without, with) = (plain.Order().ElementAt(1), audited.Order().ElementAt(1));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {rows} row{(rows == 1 ? "" : "s")} | {without:N0} | {with:N0} | {with / without:P0} | {drained.Elapsed.TotalSeconds:0.0} s |"));
        }

        foreach (var loop in loops)
            await loop.StopAsync(CancellationToken.None);
    }

    Directory.Delete(folder, recursive: true);
}

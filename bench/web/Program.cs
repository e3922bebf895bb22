using System.Diagnostics;
using System.Globalization;
using Orrery.Testing;
using Orrery.WebBench;

// Time of every page on a company's data in PostgreSQL: from the request's first byte to the answer's last, one browser at a time.
const int Times = 60;
// What is hot has been compiled again by then, as on a server that has run for more than a minute.
const int Warm = 40;
var scale = args is [var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
await using var postgres = await PostgresServer.StartAsync();
var database = await postgres.CreateDatabaseAsync();
var folder = Directory.CreateTempSubdirectory("orrery-web-bench-").FullName;
// The churn story first, so that each kind of page has something to show; then the company around it.
var password = await DemoStory.TellAsync(folder, new Dictionary<string, string> { ["Orrery__Database__ConnectionString"] = database });
await using var server = await ServerProcess.StartAsync(
    ["--database", database], new Dictionary<string, string> { ["Orrery__Log__Level"] = "Warning", ["Orrery__Serving__ApprovedEnvironments"] = "production" }, folder);
server.VerifiesAudit = false;
using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromMinutes(2) };
var watch = Stopwatch.StartNew();
var cookie = await new Company(client, password, scale).FillAsync();
client.DefaultRequestHeaders.Add("Cookie", cookie);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Filled in {watch.Elapsed.TotalSeconds:0} s."));
await CalmAsync(server);
Console.WriteLine("| page | addresses | bytes | p50 | p95 | most |\n|---|---|---|---|---|---|");
var slow = 0;
foreach (var (route, paths) in await new PageWalk(client).FindAsync())
{
    if (paths.Count == 0)
    {
        Console.WriteLine($"| `{route}` | none with these data | | | | |");
        continue;
    }

    var (times, bytes) = (new List<double>(), 0L);
    for (var i = -Warm; i < Times; i++)
    {
        var began = Stopwatch.GetTimestamp();
        var page = await client.GetByteArrayAsync(paths[(i + Warm) % paths.Count]);
        if (i < 0)
            continue;
        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        bytes += page.Length;
    }

    times.Sort();
    slow += times[Times * 95 / 100] > 100 ? 1 : 0;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| `{route}` | {paths.Count} | {bytes / Times:N0} | {times[Times / 2]:0.0} ms | {times[Times * 95 / 100]:0.0} ms | {times[^1]:0.0} ms |"));
}

await server.TerminateAsync();
Directory.Delete(folder, recursive: true);
Console.WriteLine(slow == 0 ? "All pages: p95 under 100 ms." : $"{slow} pages are over 100 ms at p95.");
return 0;

// What the filling left to do (events, jobs) is done when the server has used a twentieth of a core for five seconds; two minutes at most.
static async Task CalmAsync(ServerProcess server)
{
    for (var look = 0; look < 24; look++)
    {
        var before = server.ProcessorTime;
        await Task.Delay(TimeSpan.FromSeconds(5));
        if (server.ProcessorTime - before < TimeSpan.FromSeconds(0.25))
            return;
    }
}

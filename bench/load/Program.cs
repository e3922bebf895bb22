using System.CommandLine;
using Orrery.Load;
using Orrery.Testing;

if (args is [BareKestrel.Verb])
    return await BareKestrel.ServeAsync();

if (args is [AccessCheck.Verb])
    return await AccessCheck.RunAsync();

var only = new Option<string[]>("--only") { Description = "Part of the name of a section (baseline, limits, search, artifacts, start) or of an operation; may be repeated." };
var quick = new Option<bool>("--quick") { Description = "Short times and small data: shows that everything runs." };
var database = new Option<string>("--database") { Description = "sqlite, postgres or both.", DefaultValueFactory = static _ => "both" };
database.AcceptOnlyFromAmong("sqlite", "postgres", "both");
var data = new Option<string>("--data") { Description = "Folder for the servers' data.", DefaultValueFactory = static _ => Repository.PathOf("artifacts", "bench", "data") };
var report = new Option<string>("--report") { Description = "The Markdown file to write.", DefaultValueFactory = static _ => Repository.PathOf("artifacts", "bench", "report.md") };

var command = new RootCommand("Measures the server: requests, latencies, processor time, memory.") { only, quick, database, data, report };
command.SetAction(async (parsed, cancel) =>
{
    var chosen = parsed.GetRequiredValue(database);
    var options = new LoadOptions
    {
        Only = parsed.GetValue(only) ?? [],
        Quick = parsed.GetValue(quick),
        Sqlite = chosen is not "postgres",
        Postgres = chosen is not "sqlite",
        DataFolder = Path.GetFullPath(parsed.GetRequiredValue(data)),
        Report = Path.GetFullPath(parsed.GetRequiredValue(report)),
    };
    var text = await Session.RunAsync(options, cancel);
    Directory.CreateDirectory(Path.GetDirectoryName(options.Report)!);
    await File.WriteAllTextAsync(options.Report, text, cancel);
    Console.Write(text);
    return 0;
});
return await command.Parse(args).InvokeAsync();

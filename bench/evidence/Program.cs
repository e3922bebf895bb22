using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.EvidenceBench;
using Orrery.Testing;

// Rows to evaluate; rows to explain.
var rows = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 1_000_000;
var explained = args is [_, var second, ..] ? int.Parse(second, CultureInfo.InvariantCulture) : 1_000;
await using var process = await ServerProcess.StartAsync(["--log-level", "Error"], new Dictionary<string, string> { ["Orrery__Features__DuckDb__QueryResultMb"] = "2048" });
var server = new EvidenceServer(process);
await server.RegisterAsync("logistic", OnnxModels.Logistic([.. Enumerable.Range(0, EvidenceServer.Features).Select(static i => (i - 10) * 0.2f)], 0.1f));
await server.RegisterAsync("trees", OnnxModels.Trees(100, 6, EvidenceServer.Features, seed: 1));
Console.WriteLine($"{Environment.ProcessorCount} cores; {EvidenceServer.Features} features; load average {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}\n");
Console.WriteLine("| what | rows | seconds |\n|---|---:|---:|");

await MeasureAsync("evaluation of a logistic regression: 200 resamples, 4 slices, fairness over 2 groups", rows, "evaluations", new JsonObject
{
    ["model"] = "logistic",
    ["version"] = "1",
    ["label"] = "label",
    ["task"] = "binary",
    ["positive"] = "1",
    ["slices"] = new JsonArray("segment"),
    ["sensitive"] = new JsonArray("flag"),
    ["data"] = new JsonObject { ["query"] = EvidenceServer.Query(rows) },
});
await MeasureAsync("evaluation of 100 trees of depth 6 as a regression: 200 resamples, 4 slices", rows, "evaluations", new JsonObject
{
    ["model"] = "trees",
    ["version"] = "1",
    ["label"] = "label",
    ["task"] = "regression",
    ["slices"] = new JsonArray("segment"),
    ["data"] = new JsonObject { ["query"] = EvidenceServer.Query(rows) },
});
await MeasureAsync("explanations of 100 trees of depth 6 by 100 background rows, exact (tree), with dependence of 5 features", explained, "explanations", new JsonObject
{
    ["model"] = "trees",
    ["version"] = "1",
    ["rows"] = explained,
    ["background_rows"] = 100,
    ["seed"] = 1,
    ["data"] = new JsonObject { ["query"] = EvidenceServer.Query(Math.Max(explained, 2_000)) },
});
return;

async Task MeasureAsync(string what, int count, string kind, JsonObject body)
{
    var seconds = await server.RunAsync(kind, body);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {count:N0} | {seconds:0.0} |"));
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server tells its runs to a file and to another server, though it is killed, and the graphs agree.</summary>
public sealed class LineageSendingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-sending-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "lineage.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_in_the_graph_the_file_and_the_graph_of_the_receiver()
    {
        await using var receiver = await ServerProcess.StartAsync(cancel: Cancel);
        var url = new Uri(receiver.BaseAddress, "api/v1/lineage").ToString();
        await using var server = await ServerProcess.StartAsync(
            environment: new Dictionary<string, string>
            {
                ["Orrery__Lineage__OpenLineage__Path"] = Path,
                ["Orrery__Lineage__OpenLineage__Url"] = url,
                ["Orrery__Lineage__OpenLineage__AllowPrivateNetworks"] = "true",
            },
            cancel: Cancel);

        var run = await server.Client.CreateRunAsync(Cancel);
        await server.Client.PostAsync("runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "iris", digest = "d1", source_type = "local", source = "{}" }, tags = Array.Empty<object>() } } }, Cancel);
        await server.Client.PostAsync("registered-models/create", new { name = "churn" }, Cancel);
        await server.Client.PostAsync("model-versions/create", new { name = "churn", source = "s3://elsewhere/x", run_id = run }, Cancel);
        await server.Client.PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 2_000 }, Cancel);
        await server.RestartAsync(Cancel);

        var own = Names(await GraphAsync(server, $"run:{run}"));
        Assert.Equal(["churn/1", "iris@d1"], own);
        JsonNode? told = null;
        await Eventually.HoldsAsync("the receiver's graph has the run's job with its data set and version", async () =>
        {
            using var answer = await receiver.Client.GetAsync("/api/v1/lineage/graph?node=job:orrery/default%7Cexperiments/0&depth=1", Cancel);
            told = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel) : null;
            return told is not null && told["nodes"]!.AsArray().Count == 3;
        });
        Assert.Equal(["dataset:local|iris", "dataset:orrery/default/models|churn"], told!["nodes"]!.AsArray().Skip(1).Select(static node => (string)node!["id"]!).Order(StringComparer.Ordinal));

        var lines = (await File.ReadAllLinesAsync(Path, Cancel)).Select(static line => JsonNode.Parse(line)!).ToList();
        var events = (await receiver.Client.GetFromJsonAsync<JsonNode>("/api/v1/lineage/events", Cancel))!["events"]!.AsArray();
        Assert.Equal(["COMPLETE", "OTHER"], lines.Select(static line => (string)line["eventType"]!).Distinct().Order());
        Assert.Equal(["COMPLETE", "OTHER"], events.Select(static one => (string)one!["eventType"]!).Distinct().Order());
        var ended = lines.First(static line => (string)line["eventType"]! == "COMPLETE");
        Assert.Equal("1970-01-01T00:00:02.000Z", (string)ended["eventTime"]!);
        Assert.Equal(Guid.Parse(run), Guid.Parse((string)ended["run"]!["runId"]!));
        Assert.Equal("1", (string)ended["outputs"]![0]!["facets"]!["version"]!["datasetVersion"]!);
    }

    private static async Task<JsonNode> GraphAsync(ServerProcess server, string node) =>
        (await server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/lineage/graph?node={node}&depth=1&kinds=dataset,model_version", Cancel))!;

    private static IEnumerable<string> Names(JsonNode graph) => graph["nodes"]!.AsArray().Skip(1).Select(static node => (string)node!["name"]!).Order(StringComparer.Ordinal);
}

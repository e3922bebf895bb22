using System.Diagnostics;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>From a pickled model in the registry to answers over HTTP, on a server with SQLite.</summary>
public sealed class PythonServingTests(PythonModels models, ClientTests.Server fixture) : IClassFixture<PythonModels>, IClassFixture<ClientTests.Server>
{
    private readonly ServerProcess _process = fixture.Process;
    private readonly ServingServer _server = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pickled_model_answers_on_both_protocols_what_the_library_does()
    {
        var expected = models.Expected("lr-named");
        var others = Workers(_process);
        var version = await _server.RegisterAsync("sklearn-demo", models.Files("lr-named"));
        await _server.DeployAsync("staging", "sklearn-demo", ServingServer.Spec(ServingServer.Variant("sklearn-demo", version, more: """, "min_replicas": 2""")));

        var (status, body) = await _server.AskAsync("/staging/v1/models/sklearn-demo:predict", $$"""{"instances": {{expected["instances"]!.ToJsonString()}}}""");
        Assert.Equal((200, $$"""{"predictions":{{expected["predict"]!.ToJsonString()}}}"""), (status, body));
        Assert.Equal((200, """{"predictions":[1]}"""), await _server.AskAsync("/staging/v1/models/sklearn-demo:predict", """{"instances": [{"d": 0, "c": 0, "b": 0, "a": 9}]}"""));

        (status, body) = await _server.AskAsync("/staging/v2/models/sklearn-demo/infer", """
            {"id": "1", "inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP32", "data": [9, 0, 0, 0]}], "outputs": [{"name": "predict"}, {"name": "predict_proba"}]}
            """);
        Assert.Equal(200, status);
        var outputs = JsonNode.Parse(body)!["outputs"]!;
        Assert.Equal("""{"name":"predict","datatype":"INT64","shape":[1],"data":[1]}""", outputs[0]!.ToJsonString());
        Assert.Equal(1, (double)outputs[1]!["data"]![0]! + (double)outputs[1]!["data"]![1]!, 1e-9);
        Assert.Equal(2, Workers(_process).Except(others).Count());
    }

    [Fact]
    public async Task A_pickled_model_is_explained_through_its_worker()
    {
        var expected = models.Expected("lr-named");
        await _server.RegisterAsync("explained", models.Files("lr-named"));
        var rows = expected["instances"]!.AsArray().Select(static row => row!.AsArray().Select(static cell => (double)cell!).ToArray()).ToList();
        var csv = "a,b,c,d\n" + string.Join('\n', rows.Select(static row => string.Join(',', row.Select(static cell => cell.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))));
        await new BatchClient(_process).UploadAsync("explained/rows.csv", System.Text.Encoding.UTF8.GetBytes(csv + "\n"));

        var (status, body) = await _server.AskAsync("/api/v1/explanations", """{"model": "explained", "version": "1", "effects": 1, "surrogate": 0, "data": {"files": ["explained/rows.csv"]}}""");
        Assert.True(status == 202, body);
        var (path, report) = ($"/api/v1/explanations/{JsonNode.Parse(body)!["id"]}", (JsonNode?)null);
        await Eventually.HoldsAsync("the report is made", async () =>
            (string)(report = JsonNode.Parse(await _process.Client.GetStringAsync(path, Cancel)))!["state"]! != "running", () => report?.ToJsonString() ?? "nothing");
        Assert.Equal(("succeeded", "exact", "output"), ((string)report!["state"]!, (string)report["result"]!["method"]!, (string)report["result"]!["scale"]!));
        Assert.InRange((double)report["result"]!["efficiency_error"]!, 0, 1e-9);
        foreach (var example in report["result"]!["examples"]!.AsArray())
            Assert.Equal((double)expected["predict_proba"]![(int)example!["row"]!]![1]!, (double)example["explanation"]!["output"]!, 1e-6);

        (status, body) = await _server.AskAsync("/api/v1/explanations/counterfactuals", $$"""
            {"model": "explained", "version": "1", "instances": [{{Instance(rows[0])}}], "spec": {"count": 1, "most_evaluations": 500, "constraints": {"a": {"min": -20, "max": 20} } } }
            """);
        Assert.True(status == 200, body);
        var found = JsonNode.Parse(body)!["rows"]![0]!;
        Assert.Equal($"class {1 - (int)expected["predict"]![0]!} before any other", (string)found["goal"]!);
        Assert.InRange((double)found["found"]![0]!["output"]!, 0.5, 1);
    }

    [Fact]
    public async Task Columns_may_come_as_an_input_each()
    {
        var version = await _server.RegisterAsync("churn", models.Files("pipeline"));
        await _server.DeployAsync("production", "churn", ServingServer.Spec(ServingServer.Variant("churn", version)));

        var (status, body) = await _server.AskAsync("/v2/models/churn/infer", """
            {"id": "1", "inputs": [
              {"name": "city", "shape": [2], "datatype": "BYTES", "data": ["Rom", "Rom"]}, {"name": "age", "shape": [2], "datatype": "INT64", "data": [80, 20]},
              {"name": "income", "shape": [2], "datatype": "FP64", "data": [50, 50]}, {"name": "member", "shape": [2, 1], "datatype": "BOOL", "data": [true, true]}]}
            """);

        Assert.Equal(200, status);
        Assert.Equal("""[{"name":"predict","datatype":"BYTES","shape":[2],"data":["stays","leaves"]}]""", JsonNode.Parse(body)!["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task A_hostile_pickle_is_refused_before_any_worker_sees_it()
    {
        var version = await _server.RegisterAsync("evil", models.Files("evil-system"));

        var (status, refused) = await _server.TryDeployAsync("production", "evil", ServingServer.Spec(ServingServer.Variant("evil", version)));

        Assert.Equal((409, "governance.scan_refused"), (status, (string)refused!["code"]!));
        Assert.Contains("it imports posix.system", (string)refused["detail"]!, StringComparison.Ordinal);
        Assert.False(File.Exists(models.Marker));
        Assert.Equal(404, (await _server.AskAsync("/v1/models/evil:predict", """{"instances": [[1]]}""")).Status);
    }

    [Fact]
    public async Task A_worker_killed_under_load_costs_the_requests_in_flight_and_no_more()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var server = new ServingServer(process);
        var version = await server.RegisterAsync("rows", models.Files("rows"));
        await server.DeployAsync("production", "rows", ServingServer.Spec(ServingServer.Variant("rows", version)));
        var answered = 0;
        var lost = new System.Collections.Concurrent.ConcurrentBag<(int Status, string Body)>();
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                var (status, body) = await server.AskAsync("/v1/models/rows:predict", """{"instances": [[0.005]]}""");
                if (status == 200)
                    Interlocked.Increment(ref answered);
                else
                    lost.Add((status, body));
            }
        }).ToList();

        await Eventually.HoldsAsync("some are answered", () => Volatile.Read(ref answered) > 20);
        using (var worker = Process.GetProcessById(Assert.Single(Workers(process))))
            worker.Kill();
        var then = Volatile.Read(ref answered);
        await Eventually.HoldsAsync("it is answered again", () => Volatile.Read(ref answered) > then + 20);
        await enough.CancelAsync();
        await Task.WhenAll(callers);

        Assert.InRange(lost.Count, 0, 1);
        Assert.All(lost, static one => Assert.Equal((503, """{"error":"The model\u0027s worker stopped at this request: it was ended by signal 9. It is being replaced."}"""), one));
    }

    [Fact]
    public async Task A_model_whose_workers_die_later_is_said_to_have_failed_and_to_be_back()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var server = new ServingServer(process);
        var version = await server.RegisterAsync("rows", models.Files("rows"));
        await server.DeployAsync("production", "rows", ServingServer.Spec(ServingServer.Variant("rows", version)));
        JsonNode? found = null;

        var wasNotReady = false;
        await Eventually.HoldsAsync("it has failed", async () =>
        {
            Workers(process).ForEach(Kill);
            await Task.Delay(50, Cancel);
            using var ready = await process.Client.GetAsync("/v2/models/rows/ready", Cancel);
            wasNotReady |= (int)ready.StatusCode == 503;
            found = JsonNode.Parse(await process.Client.GetStringAsync("/api/v1/deployments/production/rows", Cancel));
            return wasNotReady && (string)found!["state"]! == "failed";
        });

        Assert.StartsWith("The model's worker", (string)found!["nodes"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(1, (long)found["nodes"]![0]!["serving"]!);
        found = await server.ReadyAsync("production", "rows", 1);
        Assert.Null(found["nodes"]![0]!["reason"]);
        Assert.Equal(200, (await server.AskAsync("/v1/models/rows:predict", """{"instances": [[0]]}""")).Status);
    }

    private static void Kill(int id)
    {
        try
        {
            using var worker = Process.GetProcessById(id);
            worker.Kill();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    // Processes whose parent is the server.
    private static List<int> Workers(ServerProcess server) =>
    [
        .. Process.GetProcesses().Select(static process => process.Id).Where(id =>
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ') is [not "Z", var parent, ..] && int.Parse(parent, System.Globalization.CultureInfo.InvariantCulture) == server.ProcessId;
            }
            catch (IOException)
            {
                return false;
            }
        }),
    ];

    private static string Instance(double[] row) => new JsonObject { ["a"] = row[0], ["b"] = row[1], ["c"] = row[2], ["d"] = row[3] }.ToJsonString();
}

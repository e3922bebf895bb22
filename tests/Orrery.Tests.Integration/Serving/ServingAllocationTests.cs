using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What a prediction costs the whole server in garbage, from the socket to the answer.</summary>
public sealed partial class ServingAllocationTests
{
    // Bytes. Built for release it is 720 to 800, most of it the web server's own; built for debugging, as here, each async method adds an object.
    private const int Budget = 4_000;
    private const int Requests = 600;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prediction_stays_within_its_budget_in_every_protocol()
    {
        await using var process = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        var server = new ServingServer(process);
        var version = await server.RegisterOnnxAsync("m", OnnxModels.Logistic([.. Enumerable.Repeat(0.5f, 20)], 0));
        await server.DeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", version, 90), ServingServer.Variant("m", version, 10, "canary")));
        var row = string.Join(',', Enumerable.Range(0, 20).Select(static at => (at * 0.37).ToString(CultureInfo.InvariantCulture)));
        var head = """{"inputs": [{"name": "features", "shape": [1, 20], "datatype": "FP32", "parameters": {"binary_data_size": 80}}]}""";

        foreach (var (protocol, path, body, json) in new[]
        {
            ("V1", "/v1/models/m:predict", Encoding.UTF8.GetBytes($$"""{"instances": [[{{row}}]]}"""), 0),
            ("V2", "/v2/models/m/infer", Encoding.UTF8.GetBytes($$"""{"inputs": [{"name": "features", "shape": [1, 20], "datatype": "FP32", "data": [{{row}}]}]}"""), 0),
            ("V2 binary", "/v2/models/m/infer", [.. Encoding.UTF8.GetBytes(head), .. new byte[80]], head.Length),
        })
        {
            await AskAsync(process, path, body, json);
            await AllocatedAsync(process);
            var each = double.MaxValue;
            // What the server does beside it only adds, and more of it on a busy machine: the least of three is the requests' own.
            for (var measurement = 0; measurement < 3; measurement++)
            {
                var page = -await AllocatedAsync(process) + await AllocatedAsync(process);
                var before = await AllocatedAsync(process);
                await AskAsync(process, path, body, json);
                each = Math.Min(each, (await AllocatedAsync(process) - before - page) / Requests);
            }

            Assert.True(each is > 0 and <= Budget, $"{protocol}: {each} bytes a request.");
        }
    }

    private static async Task AskAsync(ServerProcess process, string path, byte[] body, int json)
    {
        for (var count = 0; count < Requests; count++)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(json > 0 ? "application/octet-stream" : "application/json");
            if (json > 0)
                content.Headers.Add("Inference-Header-Content-Length", json.ToString(CultureInfo.InvariantCulture));
            using var answer = await process.Client.PostAsync(path, content, Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    // Of all threads, ever.
    private static async Task<double> AllocatedAsync(ServerProcess process) => double.Parse(
        Allocated().Match(await process.Client.GetStringAsync("/metrics", Cancel)).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total\S* (\S+)", RegexOptions.Multiline)]
    private static partial Regex Allocated();
}

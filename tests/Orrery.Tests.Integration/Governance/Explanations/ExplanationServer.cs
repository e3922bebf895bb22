using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with a deployed model of three columns and rows to explain.</summary>
public sealed class ExplanationServer : IAsyncLifetime
{
    internal static readonly float[] Weights = [0.8f, -1.5f, 0.4f];

    public ServerProcess Process { get; private set; } = null!;

    internal ServingServer Models { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__LogFlushSeconds"] = "1" });
        Models = new(Process);
        await Models.RegisterOnnxAsync("risk", OnnxModels.Logistic(Weights, 0.1f));
        await Models.DeployAsync("production", "risk", ServingServer.Spec(ServingServer.Variant("risk", 1)));
        foreach (var file in new[] { "risk/rows.csv", "loan/rows.csv" })
            await new BatchClient(Process).UploadAsync(file, Encoding.UTF8.GetBytes(Rows()));
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();

    /// <summary>Asks for a report and waits for it.</summary>
    internal async Task<JsonNode> ReportAsync(JsonObject spec)
    {
        var made = await PostAsync("/api/v1/explanations", spec.ToJsonString());
        JsonNode? report = null;
        await Eventually.HoldsAsync("the report is made", async () =>
        {
            report = await Process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/explanations/{made["id"]}", TestContext.Current.CancellationToken);
            return (string)report!["state"]! != "running";
        }, () => report?.ToJsonString() ?? "nothing");
        return report!;
    }

    internal async Task<JsonNode> PostAsync(string path, string json)
    {
        var (status, body) = await Models.AskAsync(path, json);
        Assert.True(status is 200 or 202, $"{status}: {body}");
        return JsonNode.Parse(body)!;
    }

    /// <summary>The rows, without the label.</summary>
    internal static List<double[]> Parsed() =>
        [.. Rows().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line.Split(',').Take(3).Select(static cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    internal static string Rows()
    {
        var random = new Random(1);
        var text = new StringBuilder("a,b,c,y\n");
        for (var row = 0; row < 60; row++)
        {
            var values = new[] { row == 0 ? 0.5 : random.NextDouble(), random.NextDouble() * 2, random.NextDouble() - 0.5 };
            var margin = (0.8 * values[0]) - (1.5 * values[1]) + (0.4 * values[2]) + 0.7;
            text.AppendLine(CultureInfo.InvariantCulture, $"{values[0]},{values[1]},{values[2]},{(margin > 0 ? 1 : 0)}");
        }

        return text.Replace("\r", "").ToString();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;

namespace Orrery.EvidenceBench;

/// <summary>A server with models of 20 named features, and the work that is asked of it.</summary>
internal sealed class EvidenceServer(ServerProcess process)
{
    public const int Features = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>A select of rows: features, a label that goes with the first ones, four segments, two groups. The same rows each time.</summary>
    public static string Query(int rows)
    {
        var columns = string.Join(", ", Enumerable.Range(0, Features).Select(static i => string.Create(CultureInfo.InvariantCulture, $"(hash(i * {Features} + {i}) % 1000003)::double / 1000003 as f{i}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"select *, case when f0 + f19 + (hash(i + 7) % 1000)::double / 1000 > 1.5 then 1 else 0 end as label from (select {columns}, 's' || (i % 4) as segment, i % 2 as flag, i from range({rows}) t(i)) order by i");
    }

    /// <summary>Registers version 1 of a model with names for its columns.</summary>
    public async Task RegisterAsync(string model, byte[] onnx)
    {
        var inputs = string.Join(", ", Enumerable.Range(0, Features).Select(static i => $$"""{"name": "f{{i}}", "type": "float"}"""));
        await PutAsync($"{model}/model.onnx", onnx);
        await PutAsync($"{model}/MLmodel", Encoding.UTF8.GetBytes($"flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{inputs}]'\n"));
        using var made = await process.Client.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name = model });
        using var version = await process.Client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name = model, source = $"mlflow-artifacts:/{model}" });
        version.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync("the package", async () =>
        {
            using var package = await process.Client.GetAsync($"/api/v1/models/{model}/versions/1/package");
            return package.StatusCode is HttpStatusCode.OK;
        });
    }

    /// <summary>Asks for work and waits for its end.</summary>
    /// <returns>Seconds from asking to the end.</returns>
    /// <exception cref="InvalidOperationException">It was refused, or failed.</exception>
    public async Task<double> RunAsync(string kind, JsonObject body)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var asked = await process.Client.PostAsJsonAsync($"/api/v1/{kind}", body);
        var answer = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!;
        if (!asked.IsSuccessStatusCode)
            throw new InvalidOperationException(answer.ToJsonString());
        while ((string)answer["state"]! is "queued" or "running" or "planning")
        {
            await Task.Delay(Poll);
            answer = (await process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/{kind}/{answer["id"]}"))!;
        }

        return (string)answer["state"]! == "succeeded"
            ? TimeProvider.System.GetElapsedTime(begun).TotalSeconds
            : throw new InvalidOperationException($"{answer["state"]}: {answer["error"]}");
    }

    private async Task PutAsync(string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var put = await process.Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{path}", body);
        put.EnsureSuccessStatusCode();
    }
}

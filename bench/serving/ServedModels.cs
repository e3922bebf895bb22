using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>The models of the measurements, and bringing them to a server.</summary>
internal static class ServedModels
{
    public const int Features = 20;

    public static readonly IReadOnlyList<(string Name, byte[] Onnx)> All =
    [
        ("logistic", OnnxModels.Logistic([.. Enumerable.Range(0, Features).Select(static i => (i - 10) * 0.05f)], 0.1f)),
        ("trees", OnnxModels.Trees(100, 6, Features, seed: 1)),
    ];

    /// <summary>Registers and deploys a model to production, alone or with others.</summary>
    public static async Task DeployAsync(ServerProcess server, string name, byte[] onnx, string more = "")
    {
        var client = server.Client;
        await PutAsync(client, $"{name}/model.onnx", onnx);
        await PutAsync(client, $"{name}/MLmodel", "flavors:\n  onnx:\n    data: model.onnx\n"u8.ToArray());
        using var model = await client.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name });
        using var version = await client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name, source = $"mlflow-artifacts:/{name}" });
        version.EnsureSuccessStatusCode();
        await Eventually(async () =>
        {
            using var package = await client.GetAsync($"/api/v1/models/{name}/versions/1/package");
            return package.StatusCode is HttpStatusCode.OK;
        });
        await PutSpecAsync(server, name, $$"""{"variants": [{"name": "stable", "model": "{{name}}", "version": "1", "weight": 1}]{{more}}}""");
    }

    public static async Task PutSpecAsync(ServerProcess server, string name, string spec)
    {
        using var body = new StringContent(spec, Encoding.UTF8, "application/json");
        using var put = await server.Client.PutAsync($"/api/v1/deployments/production/{name}", body);
        var made = JsonNode.Parse(await put.Content.ReadAsStringAsync())!;
        if (!put.IsSuccessStatusCode)
            throw new InvalidOperationException(made.ToJsonString());
        await Eventually(async () =>
        {
            var now = (await server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deployments/production/{name}"))!;
            return (string)now["state"]! == "ready" && (long)now["revision"]! >= (long)made["revision"]!;
        });
    }

    /// <summary>Rows of features, a JSON list each.</summary>
    public static string Rows(int rows, int seed)
    {
        var random = new Random(seed);
        return string.Join(", ", Enumerable.Range(0, rows).Select(_ =>
            "[" + string.Join(", ", Enumerable.Range(0, Features).Select(_ => random.NextSingle().ToString("0.######", CultureInfo.InvariantCulture))) + "]"));
    }

    private static async Task PutAsync(HttpClient client, string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var put = await client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{path}", body);
        put.EnsureSuccessStatusCode();
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            if (tries == 600)
                throw new TimeoutException("The deployment is not ready after a minute.");
            await Task.Delay(100);
        }
    }
}

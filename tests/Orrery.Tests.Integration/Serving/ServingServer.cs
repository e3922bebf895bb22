using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Registers models on a server, deploys them and asks them.</summary>
internal sealed class ServingServer(ServerProcess server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Registers the next version of a model with these files, and waits until the registry has its copy.</summary>
    public async Task<int> RegisterAsync(string model, params (string Path, byte[] Content)[] files)
    {
        var folder = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        foreach (var (path, content) in files)
        {
            using var body = new ByteArrayContent(content);
            using var put = await server.Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{folder}/{path}", body, Cancel);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
        }

        using var create = await server.Client.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name = model }, Cancel);
        using var made = await server.Client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name = model, source = $"mlflow-artifacts:/{folder}" }, Cancel);
        var version = int.Parse((string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["model_version"]!["version"]!, System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync($"the package of {model} {version}", async () =>
        {
            using var package = await server.Client.GetAsync($"/api/v1/models/{model}/versions/{version}/package", Cancel);
            return package.StatusCode is HttpStatusCode.OK;
        });
        return version;
    }

    /// <summary>Registers an ONNX model as MLflow lays it out.</summary>
    /// <param name="model">Name.</param>
    /// <param name="onnx">The model file.</param>
    /// <param name="columns">Names of its columns, for the signature.</param>
    public Task<int> RegisterOnnxAsync(string model, byte[] onnx, params string[] columns)
    {
        var inputs = string.Join(", ", columns.Select(static column => $$"""{"name": "{{column}}", "type": "float"}"""));
        var mlmodel = "flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.12.0\n"
            + (columns.Length > 0 ? $"signature:\n  inputs: '[{inputs}]'\n" : "");
        return RegisterAsync(model, ("model.onnx", onnx), ("MLmodel", Encoding.UTF8.GetBytes(mlmodel)));
    }

    /// <summary>Deploys and waits until this server answers with it.</summary>
    public async Task<JsonNode> DeployAsync(string environment, string name, string spec)
    {
        var (status, made) = await TryDeployAsync(environment, name, spec);
        Assert.True(status == 200, $"{status}: {made}");
        return await ReadyAsync(environment, name, (long)made!["revision"]!);
    }

    public async Task<(int Status, JsonNode? Body)> TryDeployAsync(string environment, string name, string spec)
    {
        using var content = Json(spec);
        using var answer = await server.Client.PutAsync($"/api/v1/deployments/{environment}/{name}", content, Cancel);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    public async Task<JsonNode> ReadyAsync(string environment, string name, long revision)
    {
        JsonNode? found = null;
        await Eventually.HoldsAsync($"{name} is ready", async () =>
        {
            found = await server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deployments/{environment}/{name}", Cancel);
            return (string)found!["state"]! == "ready" && found["nodes"]!.AsArray().All(node => (long)node!["serving"]! >= revision);
        }, () => found?.ToJsonString() ?? "nothing");
        return found!;
    }

    /// <summary>Asks, and gives the status with the body.</summary>
    public async Task<(int Status, string Body)> AskAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public static string Variant(string model, int version, int weight = 1, string name = "stable", string more = "") =>
        $$"""{"name": "{{name}}", "model": "{{model}}", "version": "{{version}}", "weight": {{weight}}{{more}}}""";

    public static string Spec(params string[] variants) => $$"""{"variants": [{{string.Join(", ", variants)}}]}""";

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}

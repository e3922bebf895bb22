using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A workspace with something of everything, filled over MLflow's API, and the calls that move it.</summary>
internal sealed class MovedWorkspace(HttpClient http, string name)
{
    public const string WebhookSecret = "whsec-do-not-export-me";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Fills it and waits until what follows in the background is done.</summary>
    public async Task<string> FillAsync(int files = 3)
    {
        var experiment = (string)(await PostAsync("experiments/create", new { name = "Träume", tags = Pairs(("team", "red")) }))["experiment_id"]!;
        var run = (string)(await PostAsync("runs/create", new { experiment_id = experiment, run_name = "first", start_time = 1_700_000_000_000, tags = Pairs(("mlflow.user", "ann")) }))["run"]!["info"]!["run_id"]!;
        await PostAsync("runs/log-batch", new
        {
            run_id = run,
            @params = Pairs(("lr", "0.1"), ("long", new string('é', 3000)), ("json", "{\"a\": [1, \"\u2028\"]}")),
            tags = Pairs(("note", "line\nbreak \"quoted\" \\ 🚀")),
            metrics = Enumerable.Range(0, 200).Select(static i => new { key = "loss", value = (object)(1.0 / (i + 3)), timestamp = 1_700_000_000_000 + i, step = i }),
        });
        foreach (var (key, value) in new (string, object)[] { ("nan", "NaN"), ("up", "Infinity"), ("down", "-Infinity"), ("tiny", 4.9e-324), ("third", 1.0 / 3) })
            await PostAsync("runs/log-metric", new { run_id = run, key, value, timestamp = 9_007_199_254_740_993, step = -5 });
        await PostAsync("runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { dataset = new { name = "iris", digest = "d1", source_type = "local", source = "{}", schema = "{\"c\":1}" }, tags = Pairs(("mlflow.data.context", "training")) } },
        });
        var model = (string)(await PostAsync("logged-models", new { experiment_id = experiment, name = "net", source_run_id = run, @params = Pairs(("depth", "3")), tags = Pairs(("k", "v")) }))["model"]!["info"]!["model_id"]!;
        await SendAsync(HttpMethod.Patch, $"api/2.0/mlflow/logged-models/{model}", new { model_id = model, status = "LOGGED_MODEL_READY" });
        await PutFileAsync($"{experiment}/{run}/artifacts/model/MLmodel", "flavors:\n  sklearn:\n    pickled_model: model.pkl\n"u8.ToArray());
        await PutFileAsync($"{experiment}/{run}/artifacts/model/model.pkl", Bytes(700_000));
        await PutFileAsync($"{experiment}/{run}/artifacts/empty.txt", []);
        await PutFileAsync($"{experiment}/{run}/artifacts/ünï/cödé.bin", Bytes(100));
        for (var file = 0; file < files; file++)
            await PutFileAsync($"{experiment}/{run}/artifacts/many/{file:D5}", Bytes(100 + file));
        await PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_100_000 });
        var gone = (string)(await PostAsync("runs/create", new { experiment_id = experiment }))["run"]!["info"]!["run_id"]!;
        await PostAsync("runs/delete", new { run_id = gone });
        await PostAsync("registered-models/create", new { name = "Churn model", description = "who leaves", tags = Pairs(("owner", "ann")) });
        await PostAsync("model-versions/create", new { name = "Churn model", source = $"mlflow-artifacts:/{experiment}/{run}/artifacts/model", run_id = run, tags = Pairs(("v", "1")) });
        await PostAsync("model-versions/create", new { name = "Churn model", source = "s3://elsewhere/x", run_id = run });
        await PostAsync("registered-models/alias", new { name = "Churn model", alias = "champion", version = "1" });
        await PostAsync("webhooks", new { name = "hook", url = "https://hooks.example.org/x", secret = WebhookSecret, events = new[] { new { entity = "MODEL_VERSION", action = "CREATED" } } });
        await SendAsync(HttpMethod.Put, "api/v1/roles/labeller", new { description = "labels", permissions = new[] { "tracking.read", "registry.read" } });
        await SendAsync(HttpMethod.Put, "api/v1/models/Churn%20model/evaluation-gates", new { gates = new[] { "auc >= 0.8", "recall@plan=größer >= 0.5" }, max_age_days = 30, sources = new[] { "holdout.parquet" } });
        await SendAsync(HttpMethod.Put, "api/v1/costs/budgets", new { amount = 120.50m });
        await Eventually.HoldsAsync("the packages are read", async () => (await PackageStateAsync("1"), await PackageStateAsync("2")) is ("stored", "external"));
        return run;
    }

    public async Task<byte[]> ExportAsync()
    {
        using var answer = await http.GetAsync(new Uri($"w/{name}/api/v1/workspace/export", UriKind.Relative), Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    /// <summary>Sends an archive to a server; answers the status, and the job or the problem.</summary>
    public static async Task<(HttpStatusCode Status, JsonNode Answer)> SendAsync(HttpClient to, byte[] archive, string? name)
    {
        using var content = new ByteArrayContent(archive) { Headers = { ContentType = new("application/x-tar") } };
        using var answer = await to.PostAsync(new Uri("api/v1/workspaces/import" + (name is null ? "" : $"?name={name}"), UriKind.Relative), content, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    /// <summary>Imports an archive and waits for the end.</summary>
    public static async Task<JsonNode> ImportAsync(HttpClient to, byte[] archive, string? name)
    {
        var (status, sent) = await SendAsync(to, archive, name);
        Assert.True(status is HttpStatusCode.Accepted, sent.ToJsonString());
        return await EndAsync(to, (string)sent["job_id"]!);
    }

    public static async Task<JsonNode> EndAsync(HttpClient server, string job)
    {
        JsonNode now = null!;
        await Eventually.HoldsAsync("the import ends", async () =>
        {
            now = await JobAsync(server, job);
            return (string)now["state"]! is "succeeded" or "failed" or "cancelled";
        });
        return now;
    }

    public static async Task<JsonNode> JobAsync(HttpClient server, string job) =>
        JsonNode.Parse(await server.GetStringAsync(new Uri($"api/v1/workspaces/imports/{job}", UriKind.Relative), Cancel))!;

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri($"w/{name}/api/2.0/mlflow/{path}", UriKind.Relative), Cancel))!;

    /// <summary>What the graph tells around a run; scans are left out, which may come at any time.</summary>
    public Task<string> LineageAsync(string run) =>
        http.GetStringAsync(new Uri($"w/{name}/api/v1/lineage/graph?node=run:{run}&kinds=dataset,logged_model,model_version&limit=100", UriKind.Relative), Cancel);

    public Task<byte[]> FileAsync(string path) => http.GetByteArrayAsync(new Uri($"w/{name}/api/2.0/mlflow-artifacts/artifacts/{path}", UriKind.Relative), Cancel);

    public Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, $"api/2.0/mlflow/{path}", body);

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, $"w/{name}/{path}") { Content = JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public async Task PutFileAsync(string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var answer = await http.PutAsync(new Uri($"w/{name}/api/2.0/mlflow-artifacts/artifacts/{path}", UriKind.Relative), body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
    }

    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    public async Task<string?> PackageStateAsync(string version)
    {
        using var answer = await http.GetAsync(new Uri($"w/{name}/api/v1/models/Churn%20model/versions/{version}/package", UriKind.Relative), Cancel);
        return answer.IsSuccessStatusCode ? (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["state"] : null;
    }

    private static object[] Pairs(params (string Key, string Value)[] pairs) => [.. pairs.Select(static p => new { key = p.Key, value = p.Value })];
}

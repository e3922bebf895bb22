using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A shop with features of customers, and models that were trained on them.</summary>
internal sealed class LookupStory(ServerProcess server, string project = "shop")
{
    public const string Yaml = """
        entities: [{ name: customer, join_keys: [{ name: customer_id, type: int64 }] }]
        sources:
          - { name: bills, type: file, path: PROJECT/bills.csv }
          - { name: visits, type: file, path: PROJECT/visits.csv }
        feature_views:
          - name: account
            entities: [customer]
            source: bills
            features: [{ name: tenure, type: int64 }, { name: charges, type: float64 }, { name: plan, type: string }, { name: vip, type: bool }, { name: age, type: int64, pii: true }]
          - { name: traffic, entities: [customer], source: visits, features: [{ name: visits, type: int32 }, { name: share, type: float32 }] }
        on_demand_views:
          - name: spending
            inputs: [account]
            request: [{ name: amount, type: float64 }]
            features: [{ name: per_month, type: float64, expression: "charges / tenure" }, { name: ratio, type: float64, expression: "amount / charges" }]
        feature_services:
          - name: shopper
            features: [{ view: account, features: [tenure, charges, plan, vip] }, { view: traffic }, { view: spending }]
          - { name: person, features: [{ view: account, features: [tenure, age] }] }
        """;

    /// <summary>Customer, tenure, charges, plan, vip, age; 4 has no charges, 5 is in no other table.</summary>
    public const string Bills = """
        customer_id,event_timestamp,tenure,charges,plan,vip,age
        1,2026-01-01T00:00:00Z,7,0.1,gold,true,30
        2,2026-01-01T00:00:00Z,16777217,123456.789,basic,false,40
        3,2026-01-01T00:00:00Z,3,1e-9,gold,false,50
        4,2026-01-01T00:00:00Z,5,,basic,true,60
        5,2026-01-01T00:00:00Z,2,9.5,basic,true,70

        """;

    private const string Visits = """
        customer_id,event_timestamp,visits,share
        1,2026-01-02T00:00:00Z,12,0.3
        2,2026-01-02T00:00:00Z,0,0.7
        3,2026-01-02T00:00:00Z,1,0.1
        4,2026-01-02T00:00:00Z,1,0.5

        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Ids of the runs that made the models.</summary>
    public Dictionary<string, string> Runs { get; } = [];

    public ServingServer Server { get; } = new(server);

    public FeatureServer Features { get; } = new(server, project);

    /// <summary>Applies the project and brings its values online.</summary>
    public async Task BeginAsync()
    {
        await Features.UploadAsync("bills.csv", Bills);
        await Features.UploadAsync("visits.csv", Visits);
        await Features.ApplyAsync(Yaml.Replace("PROJECT", project, StringComparison.Ordinal));
        var started = await Features.PostAsync("materialize", """{"rebuild":true,"force":true}""");
        foreach (var run in started.GetProperty("runs").EnumerateArray())
            Assert.Equal("succeeded", (await Features.EndAsync(run.GetProperty("id").GetString()!)).GetProperty("state").GetString());
    }

    /// <summary>Registers a version of a model whose run names a training set of a service.</summary>
    /// <param name="model">Name.</param>
    /// <param name="onnx">The model file.</param>
    /// <param name="service">Of the project.</param>
    /// <param name="signature">Columns as MLmodel has them; null for none.</param>
    public async Task TrainAsync(string model, byte[] onnx, string service, string? signature)
    {
        var set = await Features.PostAsync("training-sets", $$"""
            {"name":"{{service}}","feature_service":"{{service}}","entity_df":{"customer_id":[1],"amount":[2.5],"event_timestamp":["2026-02-01T00:00:00Z"]} }
            """);
        var run = (await MlflowAsync("runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await MlflowAsync("runs/log-inputs", new { run_id = run, datasets = new[] { set.GetProperty("dataset_input") } });
        var mlmodel = "flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.12.0\n" + (signature is null ? "" : $"signature:\n  inputs: '{signature}'\n");
        Runs[model] = run;
        var folder = Path.GetRandomFileName();
        foreach (var (path, content) in new[] { ("model.onnx", onnx), ("MLmodel", Encoding.UTF8.GetBytes(mlmodel)) })
        {
            using var body = new ByteArrayContent(content);
            using var put = await server.Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{folder}/{path}", body, Cancel);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
        }

        using var create = await server.Client.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name = model }, Cancel);
        await MlflowAsync("model-versions/create", new { name = model, source = $"mlflow-artifacts:/{folder}", run_id = run });
        var told = "";
        await Eventually.HoldsAsync($"the package of {model} is read", async () =>
        {
            using var package = await server.Client.GetAsync($"/api/v1/models/{model}/versions/1/package", Cancel);
            told = await package.Content.ReadAsStringAsync(Cancel);
            return package.IsSuccessStatusCode && told.Contains("\"stored\"", StringComparison.Ordinal);
        }, () => told);
    }

    /// <summary>Signature of columns of one type.</summary>
    public static string Signature(string type, params string[] columns) => $"[{string.Join(", ", columns.Select(name => $"{{\"name\": \"{name}\", \"type\": \"{type}\"}}"))}]";

    public static string Spec(string model, string features = "", string more = "")
    {
        var lookup = features.Length > 0 ? $", \"features\": {features}" : "";
        return $$"""{"variants": [{"name": "stable", "model": "{{model}}", "version": "1", "weight": 1{{lookup}} }]{{more}} }""";
    }

    /// <summary>The answer to a V1 request, which must be 200.</summary>
    public async Task<string> PredictAsync(string name, string body)
    {
        var (status, answer) = await Server.AskAsync($"/v1/models/{name}:predict", body);
        Assert.True(status == 200, $"{status}: {answer}");
        return JsonNode.Parse(answer)!["predictions"]!.ToJsonString();
    }

    /// <summary>The refusal of a V1 request.</summary>
    public async Task<(int Status, string Error)> RefuseAsync(string name, string body)
    {
        var (status, answer) = await Server.AskAsync($"/v1/models/{name}:predict", body);
        return (status, (string?)JsonNode.Parse(answer)!["error"] ?? answer);
    }

    private async Task<JsonElement> MlflowAsync(string path, object body)
    {
        using var answer = await server.Client.PostAsJsonAsync($"/api/2.0/mlflow/{path}", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}

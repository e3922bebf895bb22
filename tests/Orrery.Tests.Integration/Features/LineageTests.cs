using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A model that was trained on a training set, over HTTP: lineage finds it, plans name it, and what it uses stays.</summary>
public sealed class LineageTests : IAsyncLifetime
{
    private const string Rides = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: stats, type: file, path: rides/*.csv }]
        feature_views: [{ name: hourly, entities: [driver], source: stats, features: [{ name: trips, type: int64 }, { name: rating, type: float64 }] }]
        feature_services: [{ name: activity, features: [{ view: hourly }] }]
        """;

    private const string Sums = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources:
          - { name: raw, type: file, path: rides/*.csv }
          - { name: sums, type: query, query: "with r as (select * from raw) select cast(driver_id as bigint) as driver_id, cast(event_timestamp as timestamptz) as event_timestamp, cast(sum(cast(trips as bigint)) as bigint) as total from r where cast(rating as double) > 1 group by 1, 2" }
        feature_views: [{ name: totals, entities: [driver], source: sums, features: [{ name: total, type: int64 }] }]
        """;

    private ServerProcess _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_model_is_found_by_what_it_was_trained_on()
    {
        var features = new FeatureServer(_server, "rides");
        await features.UploadAsync("a.csv", "driver_id,event_timestamp,trips,rating\n1,2024-01-01T00:00:00Z,3,4.5\n");
        await features.ApplyAsync(Rides);
        var set = await features.PostAsync("training-sets", """
            {"name":"tips","feature_service":"activity","entity_df":{"driver_id":[1],"event_timestamp":["2024-01-02T00:00:00Z"]}}
            """);
        var (id, run) = (set.GetProperty("training_set_id").GetString()!, await TrainAsync(set.GetProperty("dataset_input")));

        var byRun = await GetAsync($"/api/v1/lineage/runs/{run}");
        var byVersion = await GetAsync("/api/v1/lineage/model-versions/churn/1");
        var bySource = await features.GetAsync("lineage?source=stats");
        string[] kinds = ["model_version", "run", "service", "source", "training_set", "view"];
        foreach (var graph in new[] { byRun, byVersion, bySource })
            Assert.Equal(kinds, graph.GetProperty("nodes").EnumerateArray().Select(static node => node.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(id, Node(bySource, "training_set").GetProperty("object_id").GetString());
        Assert.Equal("rides/a.csv", Node(byVersion, "source").GetProperty("snapshot").GetProperty("files")[0].GetProperty("path").GetString());
        Assert.Equal(("churn", 1L), (Node(bySource, "model_version").GetProperty("name").GetString(), Node(bySource, "model_version").GetProperty("version").GetInt64()));

        await TheGraphTellsTheSameAsync(id, run);
        await AQueryIsFollowedToTheColumnsOfItsTableAsync();
        using var client = new OrreryClient(_server.BaseAddress);
        var without = Rides.Replace(", { name: rating, type: float64 }", "", StringComparison.Ordinal);
        var plan = await client.Features.PlanAsync("rides", without, new() { Repin = true }, Cancel);
        Assert.Equal("churn/1", Assert.Single(plan.Uses).Name);
        var (status, refusal) = await SendAsync(HttpMethod.Post, "/api/v1/features/projects/rides/apply?repin=true", without);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("churn/1", refusal, StringComparison.Ordinal);
        (status, refusal) = await SendAsync(HttpMethod.Delete, "/api/v1/features/projects/rides", "");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("features.project_in_use", refusal, StringComparison.Ordinal);
    }

    // The graph that the modules wrote with their facts.
    private async Task TheGraphTellsTheSameAsync(string set, string run)
    {
        using var client = new OrreryClient(_server.BaseAddress);
        var up = await client.Lineage.GetAsync("model_version:churn/1", "up", cancel: Cancel);
        var impact = await client.Lineage.GetImpactAsync("source_column:rides/stats#trips", ["model_version"], cancel: Cancel);

        Assert.Equal(["model_version", "run", "dataset", "training_set", "feature_view_version", "source"], up.Nodes.Select(static node => node.Kind));
        Assert.Equal([$"run:{run}", $"training_set:{set}", "source:rides/stats"], new[] { up.Nodes[1], up.Nodes[3], up.Nodes[5] }.Select(static node => node.Id));
        Assert.Equal("churn/1", Assert.Single(impact.Users).Name);
        Assert.Equal(new Dictionary<string, int> { ["model_version"] = 1 }, impact.Counts);
        using var taken = await _server.Client.PostAsync(
            new Uri("/api/v1/lineage", UriKind.Relative),
            new StringContent(await File.ReadAllTextAsync(Repository.PathOf("tests", "Orrery.Tests.Integration", "Lineage", "Events", "dbt.json"), Cancel), Encoding.UTF8, "application/json"), Cancel);
        using var refused = await _server.Client.PostAsync(new Uri("/api/v1/lineage", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.BadRequest), (taken.StatusCode, refused.StatusCode));
        Assert.Single((await client.Lineage.ListEventsAsync(cancel: Cancel)).Events);
    }

    private async Task AQueryIsFollowedToTheColumnsOfItsTableAsync()
    {
        await new FeatureServer(_server, "sums").ApplyAsync(Sums);
        using var client = new OrreryClient(_server.BaseAddress);

        foreach (var column in new[] { "trips", "rating" })
            Assert.Contains("feature:sums/totals@v1#total", (await client.Lineage.GetImpactAsync($"source_column:sums/raw#{column}", cancel: Cancel)).Users.Select(static user => user.Id));
        Assert.Contains("source:sums/raw", (await client.Lineage.GetAsync("feature_view_version:sums/totals@v1", "up", cancel: Cancel)).Nodes.Select(static node => node.Id));
    }

    private async Task<string> TrainAsync(JsonElement input)
    {
        var run = (await MlflowAsync("runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await MlflowAsync("runs/log-inputs", new { run_id = run, datasets = new[] { input } });
        await MlflowAsync("registered-models/create", new { name = "churn" });
        await MlflowAsync("model-versions/create", new { name = "churn", source = $"runs:/{run}/model", run_id = run });
        return run;
    }

    private async Task<JsonElement> MlflowAsync(string path, object body)
    {
        using var answer = await _server.Client.PostAsJsonAsync($"/api/2.0/mlflow/{path}", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private Task<JsonElement> GetAsync(string path) => _server.Client.GetFromJsonAsync<JsonElement>(path, Cancel);

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string yaml)
    {
        using var request = new HttpRequestMessage(method, path);
        if (yaml.Length > 0)
            request.Content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var answer = await _server.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static JsonElement Node(JsonElement graph, string kind) => graph.GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("kind").GetString() == kind);
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A delivery that fares badly, as its signals tell, is taken back by itself, once, and never to a version that was taken back before.</summary>
public sealed class AutomaticRollbackTests(AutomaticRollbackTests.Server server) : IClassFixture<AutomaticRollbackTests.Server>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bad_signals_take_back_with_an_incident_and_never_to_what_was_bad()
    {
        var process = server.Process;
        var serving = new ServingServer(process);
        var deliveries = new DeliveryServer(process);
        for (var version = 1; version <= 3; version++)
            await serving.RegisterOnnxAsync("bad", OnnxModels.Logistic([version], 0), "x");
        await DeliverAsync(deliveries, "bad", 1);
        var second = await DeliverAsync(deliveries, "bad", 2);
        await FailAsync(process, second, "bad", "2");
        var back = await deliveries.UntilAsync(second, static one => (string)one["state"]! == "rolled_back");
        Assert.Equal("1", await VersionAsync(process, "bad"));

        var incident = (await process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/incidents/{back["incident_id"]}", Cancel))!;
        Assert.Equal(("automatic_rollback", "mitigated", second), ((string)incident["kind"]!, (string)incident["state"]!, (string)incident["delivery_id"]!));
        Assert.Contains("requests failed in five minutes", (string)back["message"]!, StringComparison.Ordinal);

        // Version 3 goes back to 1: 2 stood between them, and was bad.
        var third = await DeliverAsync(deliveries, "bad", 3);
        await FailAsync(process, third, "bad", "3");
        await deliveries.UntilAsync(third, static one => (string)one["state"]! == "rolled_back");
        Assert.Equal("1", await VersionAsync(process, "bad"));
        var incidents = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/incidents", Cancel))!["incidents"]!.AsArray();
        Assert.Equal(2, incidents.Count(static one => (string?)one!["model"] == "bad"));
        var figures = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/delivery-metrics?model=bad&since=1d", Cancel))!;
        Assert.Equal((3, 2), ((int)figures["deployed"]!, (int)figures["failed_changes"]!));
    }

    [Fact]
    public async Task What_answered_before_comes_back_by_whatever_road_it_came_and_nothing_of_what_others_did_since_is_lost()
    {
        var process = server.Process;
        var serving = new ServingServer(process);
        var deliveries = new DeliveryServer(process);
        for (var version = 1; version <= 4; version++)
            await serving.RegisterOnnxAsync("overtaken", OnnxModels.Logistic([version], 0), "x");
        await DeliverAsync(deliveries, "overtaken", 1);
        await serving.DeployAsync("staging", "overtaken", ServingServer.Spec(ServingServer.Variant("overtaken", 2)));
        var third = await DeliverAsync(deliveries, "overtaken", 3);
        await FailAsync(process, third, "overtaken", "3");
        await deliveries.UntilAsync(third, static one => (string)one["state"]! == "rolled_back");
        Assert.Equal("2", await VersionAsync(process, "overtaken"));

        // Somebody has given the traffic to another version since: it stays, and people are told.
        var fourth = await DeliverAsync(deliveries, "overtaken", 4);
        await serving.DeployAsync("staging", "overtaken", ServingServer.Spec(ServingServer.Variant("overtaken", 1)));
        await FailAsync(process, fourth, "overtaken", "4");
        JsonNode? incident = null;
        await Eventually.HoldsAsync("the incident says that people must act", async () =>
            (incident = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/incidents", Cancel))!["incidents"]!.AsArray().FirstOrDefault(one => (string?)one!["delivery_id"] == fourth)) is not null
            && await WatchedAsync(process, fourth) == 0);
        Assert.Equal("1", await VersionAsync(process, "overtaken"));
        Assert.Equal("succeeded", (string)(await deliveries.GetAsync(fourth))["state"]!);
    }

    [Fact]
    public async Task Time_to_restore_by_hand_counts_from_when_it_was_found_bad()
    {
        var process = server.Process;
        var serving = new ServingServer(process);
        var deliveries = new DeliveryServer(process);
        for (var version = 1; version <= 2; version++)
            await serving.RegisterOnnxAsync("by-hand", OnnxModels.Logistic([version], 0), "x");
        await DeliverAsync(deliveries, "by-hand", 1);
        var second = await DeliverAsync(deliveries, "by-hand", 2);
        await ExecuteAsync(process, "update dlv_delivery set deployed_at = deployed_at - 600000, requested_at = requested_at - 172800000 where delivery_id = $id", ("$id", second));

        Assert.Equal(200, (await deliveries.PostAsync($"/api/v1/deliveries/{second}/rollback", """{"reason":"too new"}""")).Status);

        // It was asked for before the time, and users had it in the time.
        var figures = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/delivery-metrics?model=by-hand&since=1d", Cancel))!;
        Assert.Equal((1, 2, 1), ((int)figures["requested"]!, (int)figures["deployed"]!, (int)figures["failed_changes"]!));
        Assert.InRange((double)figures["time_to_restore"]!["p50_seconds"]!, 0, 300);
    }

    private static async Task<long> WatchedAsync(ServerProcess process, string id) =>
        (long)(await ExecuteAsync(process, "select count(*) from dlv_delivery where delivery_id = $id and watch_until is not null", ("$id", id)))!;

    private static async Task<object?> ExecuteAsync(ServerProcess process, string text, params (string Name, object Value)[] parameters)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(process.DataDir, "orrery.db")};Pooling=False");
        await database.OpenAsync(Cancel);
        await using var command = database.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return await command.ExecuteScalarAsync(Cancel);
    }

    private static async Task<string> DeliverAsync(DeliveryServer deliveries, string model, int version)
    {
        var ended = await deliveries.EndAsync(await deliveries.StartAsync($$"""{"model":"{{model}}","version":"{{version}}","environment":"staging"}"""));
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        return (string)ended["id"]!;
    }

    private static async Task<string> VersionAsync(ServerProcess process, string model) =>
        (string)(await process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deployments/staging/{model}", Cancel))!["spec"]!["variants"]!.AsArray().Single()!["version"]!;

    // As if it had been deployed ten minutes ago, and another server had told of failures since.
    private static async Task FailAsync(ServerProcess process, string id, string model, string version)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds((long)(await new DeliveryServer(process).GetAsync(id))["ended_at"]!).ToUnixTimeMilliseconds();
        await ExecuteAsync(process, """
            update dlv_delivery set deployed_at = deployed_at - 600000 where delivery_id = $id;
            insert into dlv_signal (tenant_id, environment, name, node, model, version, at, requests, failed, unanswered, p95_ms, is_ready)
            select 1, 'staging', $model, 'fed', $model, $version, $now - minutes.minute * 60000 + 5000, 100, 6, 0, 1.0, 1
              from (select 0 as minute union select 1 union select 2 union select 3 union select 4) minutes;
            """, ("$id", id), ("$model", model), ("$version", version), ("$now", now));
    }

    /// <summary>One server, which looks at its signals each second; each test has a model of its own.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public ServerProcess Process { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Delivery__SignalInterval"] = "00:00:01" }, cancel: Cancel);

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}

using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Feast's <c>materialize</c>, <c>materialize-incremental</c> and <c>write-to-online-store</c>: statuses and bodies, byte for byte.</summary>
public sealed class FeastMaterializeTests(OnlineServers servers) : OnlineTest(servers)
{
    private const string Window = "\"start_ts\": \"2025-03-01T00:00:00\", \"end_ts\": \"2025-03-02T00:00:00\"";

    [Theory]
    [InlineData("materialize", Window, "feast")]
    [InlineData("materialize", Window, "strict")]
    [InlineData("materialize", "\"disable_event_timestamp\": true", "feast")]
    [InlineData("materialize-incremental", "\"end_ts\": \"2030-01-01T00:00:00\"", "feast")]
    [InlineData("materialize-incremental", "\"end_ts\": \"2030-01-01T00:00:00\", \"version\": null, \"full_feature_names\": false", "strict")]
    public async Task What_was_pushed_offline_comes_online_and_the_answer_is_null(string path, string window, string mode)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        // Incremental runs begin where the last ended: what came in since is found by the time of the push.
        var at = path == "materialize" ? "2025-03-01T10:00:00" : TimeProvider.System.GetUtcNow().UtcDateTime.ToString("O");
        var pushed = await PostAsync(server, "push?mode=feast", $$$"""{"push_source_name":"pair_push","to":"offline","df":{"driver_id":[{{{id}}}],"customer_id":["m"],"rides":[7],"event_timestamp":["{{{at}}}"]}}""");
        Assert.True((pushed.Status, pushed.Body) is (200, ""), pushed.Body);
        Assert.Equal("[null]", await RidesAsync(server, id));

        // What other tests started and did not wait for may still be writing this view.
        int status;
        string text;
        HttpResponseMessage answer;
        while (((status, text, answer) = await PostAsync(server, $"{path}?mode={mode}", $$"""{{{window}}, "feature_views": ["pair_stats"]}""")).status == 409)
            await Task.Delay(100, Cancel);

        Assert.True(status == 200, text);
        Assert.Equal(("null", 4L, "application/json"), (text, answer.Content.Headers.ContentLength, answer.Content.Headers.ContentType!.ToString()));
        Assert.Equal("[7]", await RidesAsync(server, id));
    }

    [Theory]
    [InlineData("materialize?async=true&force=true", Window, "feast")]
    [InlineData("materialize?async=true&force=true", Window, "strict")]
    [InlineData("materialize-incremental?async=True&force=1", "\"end_ts\": \"2025-03-02T00:00:00\"", "feast")]
    [InlineData("materialize-incremental?async=True&force=1", "\"end_ts\": \"2025-03-02T00:00:00\"", "strict")]
    public async Task What_need_not_be_waited_for_is_accepted(string path, string window, string mode)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (status, text, answer) = await PostAsync(server, $"{path}&mode={mode}", $$"""{{{window}}, "feature_views": ["two", "one"]}""");
        Assert.Equal((202, """{"status":"accepted","feature_views":["two","one"]}"""), (status, text));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());

        var all = JsonNode.Parse((await PostAsync(server, $"{path}&mode={mode}", $$"""{{{window}}, "feature_views": null}""")).Body)!["feature_views"]!.AsArray().Select(static one => one!.GetValue<string>()).ToList();
        Assert.Contains("everything", all);
        Assert.DoesNotContain("dark", all);
    }

    [Fact]
    public async Task A_view_that_is_being_materialized_is_not_begun_again_unless_forced()
    {
        // Nobody listens where the warehouse should be, so that runs stay under way.
        await using var server = await ServerProcess.StartAsync(["--log-level", "Error"], new Dictionary<string, string>
        {
            ["Orrery__Features__Warehouses__away__Workspaces__0"] = "*",
            ["Orrery__Features__Warehouses__away__Connection"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=1",
        }, cancel: Cancel);
        var applied = await PostAsync(server, "api/v1/features/projects/default/apply", """
            entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
            sources: [{ name: payments, type: table, warehouse: away, table: shop.payments }]
            feature_views: [{ name: spend, entities: [user], source: payments, features: [{ name: amount, type: float64 }] }]
            """, "application/yaml");
        Assert.True(applied.Status == 200, applied.Body);
        foreach (var path in new[] { "materialize", "materialize-incremental" })
        {
            var body = $$"""{{{Window}}, "feature_views": ["spend"]}""";
            Assert.Equal(202, (await PostAsync(server, path + "?async=true&force=true", body)).Status);

            var feast = await PostAsync(server, path + "?async=true&mode=feast", body);
            Assert.True(feast.Status == 409, feast.Body);
            var told = JsonNode.Parse(feast.Body)!.AsObject();
            Assert.Equal(["error", "feature_views"], told.Select(static pair => pair.Key));
            Assert.Contains("spend", told["error"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal("""["spend"]""", told["feature_views"]!.ToJsonString());

            var strict = await PostAsync(server, path + "?async=true&mode=strict", body);
            Assert.Equal((409, "features.materializing"), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
            Assert.Equal(202, (await PostAsync(server, path + "?async=true&force=true&mode=feast", body)).Status);
        }
    }

    [Theory]
    [InlineData("materialize", "{" + Window + ", \"feature_views\": [\"nope\"]}", 404, "FeatureViewNotFoundException", 404, "features.view_not_found")]
    [InlineData("materialize-incremental", """{"end_ts":"2025-03-02","feature_views":["nope"]}""", 404, "FeatureViewNotFoundException", 404, "features.view_not_found")]
    [InlineData("materialize", "{" + Window + ", \"feature_views\": [\"dark\"]}", 500, null, 409, "features.view_not_online")]
    [InlineData("materialize", """{"start_ts":"2025-03-02","end_ts":"2025-03-01"}""", 500, null, 400, "features.window_invalid")]
    [InlineData("materialize-incremental", """{"end_ts":"soon"}""", 500, null, 400, "features.window_invalid")]
    [InlineData("materialize-incremental?async=perhaps", """{"end_ts":"2025-03-02"}""", 500, null, 400, "features.body_invalid")]
    [InlineData("feast/nowhere/materialize", "{" + Window + "}", 404, "ProjectObjectNotFoundException", 404, "features.project_not_found")]
    [InlineData("write-to-online-store", """{"feature_view_name":"nope","df":{}}""", 404, "FeatureViewNotFoundException", 404, "features.view_not_found")]
    [InlineData("write-to-online-store", """{"feature_view_name":"dark","df":{}}""", 500, null, 409, "features.view_not_online")]
    [InlineData("write-to-online-store", """{"feature_view_name":"one","df":{"driver_id":[1,2],"a":[1],"event_timestamp":["2025-03-01"]}}""", 500, null, 400, "features.push_ragged")]
    [InlineData("write-to-online-store", """{"feature_view_name":"one","df":{"driver_id":[1],"a":["x"],"event_timestamp":["2025-03-01"]}}""", 500, null, 400, "features.push_rows_invalid")]
    public async Task Errors_of_the_other_endpoints_in_both_shapes(string path, string body, int feastStatus, string? type, int strictStatus, string code)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var mode = path.Contains('?', StringComparison.Ordinal) ? "&mode=" : "?mode=";

        var feast = await PostAsync(server, path + mode + "feast", body);
        Assert.True(feastStatus == feast.Status, feast.Body);
        var inner = JsonNode.Parse(feast.Body)!.GetValue<string>();
        if (type is null)
            Assert.False(inner is "" or ['{', ..]);
        else
            Assert.Equal(("feast.errors", type), (JsonNode.Parse(inner)!["module"]!.GetValue<string>(), JsonNode.Parse(inner)!["class"]!.GetValue<string>()));

        var strict = await PostAsync(server, path + mode + "strict", body);
        Assert.Equal((strictStatus, code), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
        Assert.Equal("application/problem+json", strict.Answer.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<string> RidesAsync(ServerProcess server, int id) => JsonNode.Parse((await PostAsync(
        server, "get-online-features?mode=feast", $$$"""{"features":["pair_stats:rides"],"entities":{"driver_id":[{{{id}}}],"customer_id":["m"]}}""")).Body)!["results"]![2]!["values"]!.ToJsonString();
}

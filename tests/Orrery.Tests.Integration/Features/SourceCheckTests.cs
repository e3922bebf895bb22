using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Plan and apply look at the sources; lists know which projects there are; answers call types as definitions do.</summary>
public sealed class SourceCheckTests(SourceCheckTests.Fixture fixture) : IClassFixture<SourceCheckTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("column", "type: file, path: column/*.csv", "features.source_column_missing", "it has driver_id, event_timestamp, trips", true)]
    [InlineData("type", "type: query, query: \"select 1::bigint as driver_id, true as event_timestamp, 1 as rating\"", "features.source_type_mismatch", "a time must be a timestamp", true)]
    [InlineData("query", "type: query, query: \"select driver_id frm nothing at all\"", "features.query_invalid", "does not run", true)]
    [InlineData("file", "type: file, path: file/none-*.csv", "features.source_file_missing", "there is no file file/none-*.csv", false)]
    [InlineData("warehouse", "type: table, warehouse: nowhere, table: t", "features.warehouse_not_found", "no warehouse nowhere", false)]
    public async Task What_cannot_be_read_is_told_and_what_never_can_is_refused(string project, string source, string code, string message, bool isFatal)
    {
        var server = new FeatureServer(fixture.Server, project);
        await server.UploadAsync("a.csv", "driver_id,event_timestamp,trips\n1,2024-01-01T00:00:00Z,3\n");
        var yaml = $$"""
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources: [{ name: stats, {{source}} }]
            feature_views: [{ name: hourly, entities: [driver], source: stats, features: [{ name: rating, type: float64 }] }]
            """;

        var plan = await SendAsync($"{project}/plan", yaml);
        var applied = await SendAsync($"{project}/apply", yaml);

        var problem = Assert.Single(plan.Body.GetProperty("problems").EnumerateArray().ToList());
        Assert.Equal((code, "stats", isFatal), (problem.GetProperty("code").GetString(), problem.GetProperty("source").GetString(), problem.TryGetProperty("is_fatal", out var fatal) && fatal.GetBoolean()));
        Assert.Contains(message, problem.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(isFatal ? HttpStatusCode.BadRequest : HttpStatusCode.OK, applied.Status);
        if (!isFatal)
            return;
        Assert.Contains("features.source_broken", applied.Body.ToString(), StringComparison.Ordinal);
        Assert.Contains(message, applied.Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"{project}/apply?allow_breaking=true", yaml)).Status);
        // What stands is told, and keeps nothing else from being applied.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"{project}/apply", yaml + "\ndescription: rides\n")).Status);
    }

    [Fact]
    public async Task A_source_that_fits_has_no_problems()
    {
        var server = new FeatureServer(fixture.Server, "fits");
        await server.UploadAsync("a.csv", "driver_id,event_timestamp,trips\n1,2024-01-01T00:00:00Z,3\n");

        var plan = await SendAsync("fits/plan", """
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources: [{ name: stats, type: file, path: fits/*.csv }, { name: pushed, type: push }]
            feature_views:
              - { name: hourly, entities: [driver], source: stats, features: [{ name: trips, type: int64 }] }
              - { name: live, entities: [driver], source: pushed, features: [{ name: zone, type: string }] }
            """);

        Assert.Equal(5, plan.Body.GetProperty("changes").GetArrayLength());
        Assert.Empty(plan.Body.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public async Task A_plan_of_five_hundred_sources_takes_seconds()
    {
        var server = new FeatureServer(fixture.Server, "wide");
        await server.UploadAsync("a.csv", "driver_id,event_timestamp,trips\n1,2024-01-01T00:00:00Z,3\n");
        var yaml = new StringBuilder("entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]\nsources:\n");
        for (var i = 0; i < 500; i++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: s{i}, type: file, path: wide/*.csv }}\n");
        yaml.Append("feature_views:\n");
        for (var i = 0; i < 500; i++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: v{i}, entities: [driver], source: s{i}, online: false, features: [{{ name: trips, type: int64 }}, {{ name: none, type: int64 }}] }}\n");

        var watch = Stopwatch.StartNew();
        var plan = await SendAsync("wide/plan", yaml.ToString());

        var problems = plan.Body.GetProperty("problems").EnumerateArray().ToLookup(static one => one.GetProperty("code").GetString());
        var missing = problems["features.source_column_missing"].Count();
        TestContext.Current.SendDiagnosticMessage($"plan of 500 views over 500 sources: {watch.ElapsedMilliseconds} ms, {missing} looked at");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.True(missing == 500 || problems["features.source_not_checked"].Any());
    }

    [Fact]
    public async Task Entity_rows_and_results_of_jobs_are_held_against_the_storage_quota()
    {
        using (await fixture.Server.Client.PostAsJsonAsync("/api/v1/workspaces", new { name = "small" }, Cancel))
        using (var file = new StringContent("driver_id,event_timestamp,trips\n1,2024-01-01T00:00:00Z,3\n", Encoding.UTF8, "text/csv"))
        using (var uploaded = await fixture.Server.Client.PutAsync("/w/small/api/v1/features/files/a.csv", file, Cancel))
            Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("rides/apply", """
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources: [{ name: stats, type: file, path: a.csv }]
            feature_views: [{ name: hourly, entities: [driver], source: stats, features: [{ name: trips, type: int64 }] }]
            """, "/w/small")).Status);
        using (var limited = await fixture.Server.Client.PutAsJsonAsync("/w/small/api/v1/quotas/storage-bytes", new { hard = 10 }, Cancel))
            Assert.True(limited.IsSuccessStatusCode, await limited.Content.ReadAsStringAsync(Cancel));

        var refused = await AskAsync("""{"features":["hourly:trips"],"entity_df":{"driver_id":[1],"event_timestamp":["2024-01-02T00:00:00Z"]}}""");
        Assert.Equal("tenancy.quota_exceeded", refused.GetProperty("code").GetString());

        var job = (await AskAsync("""{"features":["hourly:trips"],"mode":"snapshot","start":"2024-01-01T00:00:00Z","end":"2024-01-03T00:00:00Z"}""")).GetProperty("job_id").GetString();
        JsonElement ended = default;
        await Eventually.HoldsAsync("the job ends", async () =>
        {
            ended = await fixture.Server.Client.GetFromJsonAsync<JsonElement>($"/w/small/api/v1/features/projects/rides/historical/{job}", Cancel);
            return ended.GetProperty("state").GetString() is "failed" or "succeeded";
        });
        Assert.Equal("tenancy.quota_exceeded", ended.GetProperty("error_code").GetString());
    }

    [Theory]
    [InlineData("materializations")]
    [InlineData("erasures")]
    [InlineData("training-sets")]
    public async Task A_list_of_an_unknown_project_is_not_found(string list)
    {
        using var answer = await fixture.Server.Client.GetAsync($"/api/v1/features/projects/nowhere/{list}", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("features.project_not_found", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_of_entity_rows_have_feature_types()
    {
        var server = new FeatureServer(fixture.Server, "types");
        await server.UploadAsync("a.csv", "driver_id,event_timestamp,trips\n1,2024-01-01T00:00:00Z,3\n");
        await server.ApplyAsync("""
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources: [{ name: stats, type: file, path: types/*.csv }]
            feature_views: [{ name: hourly, entities: [driver], source: stats, features: [{ name: trips, type: int32 }] }]
            """);

        var answer = await server.PostAsync("historical", """
            {"features":["hourly:trips"],"entity_df":{"driver_id":[1],"event_timestamp":["2024-01-02T00:00:00Z"],"label":[0.5],"note":["x"],"paid":[true]}}
            """);

        var types = answer.GetProperty("columns").EnumerateArray().ToDictionary(static c => c.GetProperty("name").GetString()!, static c => c.GetProperty("type").GetString());
        Assert.Equal(("int32", "float64", "string", "bool"), (types["trips"], types["label"], types["note"], types["paid"]));
        Assert.DoesNotContain(types.Values, static type => type!.Any(char.IsUpper));
    }

    private async Task<JsonElement> AskAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/w/small/api/v1/features/projects/rides/historical") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await fixture.Server.Client.SendAsync(request, Cancel);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(string path, string yaml, string workspace = "")
    {
        using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var answer = await fixture.Server.Client.PostAsync($"{workspace}/api/v1/features/projects/{path}", content, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public ServerProcess Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await ServerProcess.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

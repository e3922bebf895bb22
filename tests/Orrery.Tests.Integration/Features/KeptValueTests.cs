using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Features;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who may read joined values that the server keeps: results of jobs and training sets; and what is not taken as a manifest.</summary>
public sealed class KeptValueTests(KeptValueTests.Fixture fixture) : IClassFixture<KeptValueTests.Fixture>
{
    private const string Password = "correct-horse-battery-staple";
    private const string Body = """
        "features":["stats:trips","stats:tag"],"entity_df":{"driver_id":[7,8],"event_timestamp":["2024-01-01T12:00:00Z","2024-01-01T12:00:00Z"]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_jobs_result_is_for_those_who_may_read_its_columns()
    {
        await ApplyAsync("jobs");
        var (status, queued) = await SendAsync("root", HttpMethod.Post, "jobs/historical", $"{{{Body},\"output\":\"csv\"}}", isJob: true);
        Assert.True(status is HttpStatusCode.Accepted, queued);
        var job = JsonElement.Parse(queued).GetProperty("job_id").GetString();
        await Eventually.HoldsAsync("the job ends", async () => (await SendAsync("root", HttpMethod.Get, $"jobs/historical/{job}/result")).Status is HttpStatusCode.OK);

        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, $"jobs/historical/{job}/result")));
        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, $"jobs/historical/{job}")));
        Assert.Equal("features.result_not_found", Code(await SendAsync("root", HttpMethod.Get, $"other/historical/{job}")));
        Assert.Equal("features.result_not_found", Code(await SendAsync("root", HttpMethod.Get, $"other/historical/{job}/result")));

        await ApplyAsync("jobs", pii: false);
        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, $"jobs/historical/{job}/result")));
        await SendAsync("root", HttpMethod.Delete, "jobs");
        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, $"jobs/historical/{job}/result")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("root", HttpMethod.Get, $"jobs/historical/{job}/result")).Status);
    }

    [Fact]
    public async Task A_job_is_there_for_those_who_may_see_its_views_and_not_there_for_others()
    {
        await ApplyAsync("few", pii: false, after: """
            on_demand_views:
              - { name: doubled, inputs: ["stats:trips"], features: [{ name: twice, type: int64, expression: "trips * 2" }] }
            """);
        await fixture.GrantAsync("mia", "few", "stats");
        await fixture.GrantAsync("nia", "few", "doubled");
        var (status, queued) = await SendAsync("mia", HttpMethod.Post, "few/historical", $"{{{Body},\"output\":\"csv\"}}", isJob: true);
        Assert.True(status is HttpStatusCode.Accepted, queued);
        var job = "few/historical/" + JsonElement.Parse(queued).GetProperty("job_id").GetString();

        await Eventually.HoldsAsync("the job ends", async () => (await SendAsync("mia", HttpMethod.Get, job + "/result")).Status is HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync("mia", HttpMethod.Get, job)).Status);
        Assert.Equal("features.result_not_found", Code(await SendAsync("nia", HttpMethod.Get, job)));
        Assert.Equal("features.result_not_found", Code(await SendAsync("nia", HttpMethod.Get, job + "/result")));
    }

    [Fact]
    public async Task A_training_sets_values_stay_restricted_when_its_features_are_gone()
    {
        await ApplyAsync("sets");
        var (status, made) = await SendAsync("root", HttpMethod.Post, "sets/training-sets", $"{{\"name\":\"first\",{Body}}}");
        Assert.True(status is HttpStatusCode.Created, made);
        Assert.Equal(["trips", "tag"], Statistics(made));
        var set = "sets/training-sets/" + JsonElement.Parse(made).GetProperty("training_set_id").GetString();

        Assert.Equal(["trips"], Statistics((await SendAsync("eve", HttpMethod.Get, set)).Body));
        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, set + "/data")));

        await SendAsync("root", HttpMethod.Delete, "sets");
        foreach (var part in new[] { "/data", "/data?format=csv", "/entities" })
            Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Get, set + part)));
        Assert.Equal("features.restricted", Code(await SendAsync("eve", HttpMethod.Post, set + "/reproduce", "")));
        Assert.Empty(Statistics((await SendAsync("eve", HttpMethod.Get, set)).Body));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("root", HttpMethod.Get, set + "/data")).Status);
    }

    [Theory]
    [InlineData("\"projections\":null")]
    [InlineData("\"projections\":[null]")]
    [InlineData("\"projections\":[{\"view\":\"stats\",\"version\":1,\"on_demand\":false,\"alias\":\"stats\",\"features\":null,\"join_keys\":{}}]")]
    [InlineData("\"sources\":[{\"name\":\"drivers\",\"kind\":\"file\",\"files\":[{\"path\":\"drivers/a.csv\",\"size\":1,\"sha256\":\"ab\"}]}]")]
    [InlineData("\"definitions\":null")]
    [InlineData("\"columns\":[null]")]
    [InlineData("\"content_hash\":\"12\"")]
    [InlineData("\"entities\":{\"blob_key\":\"default/features/requests/../../x\",\"format\":\"json\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}")]
    public async Task What_is_no_manifest_is_refused(string wrong)
    {
        const string Good = """
            "id":"x","name":"x","project":"x","revision":1,"known_at":true,"timestamp_column":"event_timestamp","full_feature_names":false,
            "range":{"mode":"snapshot","start":0,"end":1},"definitions":[],"sources":[],"columns":[],"row_count":1,"created_at":"2024-01-01T00:00:00Z",
            "content_hash":"0000000000000000000000000000000000000000000000000000000000000000",
            "projections":[{"view":"stats","version":1,"on_demand":false,"alias":"stats","features":["trips"],"join_keys":{}}]
            """;
        var answer = await SendAsync("root", HttpMethod.Post, "other/training-sets/reproduce", $"{{\"manifest\":{{{Good},{wrong}}}}}");

        Assert.Equal((HttpStatusCode.BadRequest, "features.manifest_invalid"), (answer.Status, Code(answer)));
    }

    [Fact]
    public async Task Quotes_deep_in_a_file_are_quotes_and_entity_columns_keep_their_text()
    {
        var rows = new StringBuilder("driver_id,event_timestamp,created,trips,tag\n");
        for (var i = 0; i < 60_000; i++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},2024-01-01T10:00:00Z,2024-01-01T10:00:00Z,{i},plain\n");
        rows.Append("70001,2024-01-01T10:00:00Z,2024-01-01T10:00:00Z,1,\"with, a \"\"comma\"\"\"\n70002,2024-01-01T10:00:00Z,2024-01-01T10:00:00Z,1,\"\"\n");
        await ApplyAsync("deep", rows.ToString());
        using var request = Request("root", HttpMethod.Post, "deep/historical?features=stats:tag&output=json");
        request.Content = new StringContent("driver_id,event_timestamp,answer,code\n70001,2024-01-01T12:00:00Z,Yes,007\n70002,2024-01-01T12:00:00Z,No,\n", Encoding.UTF8, "text/csv");
        using var answer = await fixture.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);

        var columns = JsonElement.Parse(text).GetProperty("columns").EnumerateArray().ToDictionary(
            static column => column.GetProperty("name").GetString()!, static column => column.GetProperty("values").EnumerateArray().Select(static value => value.GetString()).ToList());
        Assert.Equal(["with, a \"comma\"", ""], columns["tag"]);
        Assert.Equal(["Yes", "No"], columns["answer"]);
        Assert.Equal(["007", null], columns["code"]);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended_and_sees_only_what_it_names()
    {
        await ApplyAsync("slow", more: """
              - { name: orrery_own, type: file, path: "nowhere/*.csv" }
              - { name: reserved, type: query, query: "select * from orrery_own" }
              - { name: endless, type: query, query: "select 7 as driver_id, timestamptz '2024-01-01' as event_timestamp, count(*) as trips, 'slow_unnamed' as tag from range(100000000) a(i), range(100000000) b(j) where i + j % 7 = 3" }
              - { name: slow_unnamed, type: file, path: "nowhere/*.csv" }
              - { name: named, type: query, query: "select d.*, 'slow_unnamed' as note from drivers d" }
            """);
        var options = fixture.Options.DuckDb;
        var (before, started) = (options.QuerySeconds, Environment.TickCount64);
        options.QuerySeconds = 2;
        try
        {
            Assert.Equal("features.query_timeout", Code(await SendAsync("root", HttpMethod.Post, "slow/historical", $"{{{Of("endless")}}}")));
        }
        finally
        {
            options.QuerySeconds = before;
        }

        Assert.InRange(Environment.TickCount64 - started, 0, 30_000);
        Assert.Equal("features.query_invalid", Code(await SendAsync("root", HttpMethod.Post, "slow/historical", $"{{{Of("reserved")}}}")));
        var (status, text) = await SendAsync("root", HttpMethod.Post, "slow/historical", $"{{{Of("named")}}}");
        Assert.True(status is HttpStatusCode.OK, text);
    }

    [Fact]
    public async Task An_on_demand_view_is_read_by_those_who_may_read_its_inputs_and_reads_are_counted()
    {
        await ApplyAsync("demand", after: """
            on_demand_views:
              - { name: doubled, inputs: ["stats:trips"], features: [{ name: twice, type: int64, expression: "trips * 2" }] }
            """);
        await fixture.GrantAsync("ina", "demand", "stats");
        await fixture.GrantAsync("odo", "demand", "doubled");
        const string Doubled = """{"features":["doubled:twice"],"entity_df":{"driver_id":[7],"event_timestamp":["2024-01-01T12:00:00Z"]}}""";

        var (status, text) = await SendAsync("ina", HttpMethod.Post, "demand/historical", Doubled);
        Assert.True(status is HttpStatusCode.OK, text);
        Assert.Equal("features.view_not_found", Code(await SendAsync("odo", HttpMethod.Post, "demand/historical", Doubled)));
        Assert.Equal("features.restricted", Code(await SendAsync("ina", HttpMethod.Post, "demand/historical", $"{{{Body}}}")));

        await fixture.Services.GetRequiredService<FeatureUsage>().FlushAsync(Cancel);
        var usage = JsonElement.Parse((await SendAsync("root", HttpMethod.Get, "demand/usage")).Body);
        var read = Assert.Single(usage.GetProperty("reads").EnumerateArray());
        Assert.Equal(("doubled:twice", 1), (read.GetProperty("name").GetString(), read.GetProperty("reads").GetInt32()));
    }

    [Fact]
    public async Task Marks_are_taken_away_by_those_who_may_read_what_they_hide()
    {
        await ApplyAsync("marks");
        const string Copy = """
            {"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],"sources":[{"name":"same","type":"file","path":"marks/a.csv","created_column":"created"}],
             "feature_views":[{"name":"copy","entities":["driver"],"source":"same","online":false,"features":[{"name":"tag","type":"string"}]}]}
            """;
        var bare = Copy.Replace("\"copy\"", "\"stats\"", StringComparison.Ordinal);
        foreach (var act in new[] { "plan", "apply?allow_breaking=true" })
        {
            Assert.Equal("features.restricted_unmarked", Code(await SendAsync("eve", HttpMethod.Post, "marks/" + act, bare)));
            var (status, text) = await SendAsync("eve", HttpMethod.Post, "copies/" + act, Copy);
            Assert.True(status is HttpStatusCode.Forbidden && text.Contains("Feature view copy would show tag", StringComparison.Ordinal), text);
        }

        Assert.Equal("features.restricted_unmarked", Code(await SendAsync("eve", HttpMethod.Delete, "marks")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("root", HttpMethod.Post, "marks/apply?allow_breaking=true", bare)).Status);
        await ApplyAsync("marks");
        Assert.Equal("features.restricted_unmarked", Code(await SendAsync("eve", HttpMethod.Post, "marks/rollback?revision=2&allow_breaking=true")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("eve", HttpMethod.Post, "copies/apply", Copy.Replace("\"string\"}", "\"string\",\"pii\":true}", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("root", HttpMethod.Post, "copies/apply", Copy)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("eve", HttpMethod.Post, "copies/apply?partial=true", """{"feature_views":[],"description":"The same."}""")).Status);
    }

    [Theory]
    [InlineData("feast/refused/push", HttpStatusCode.Unauthorized, null)]
    [InlineData("feast/refused/push", HttpStatusCode.Forbidden, "ivo")]
    [InlineData("feast/refused/push?mode=strict", HttpStatusCode.Forbidden, "ivo")]
    [InlineData("push?mode=feast", HttpStatusCode.Unauthorized, null)]
    [InlineData("push", HttpStatusCode.Unauthorized, null)]
    public async Task Who_is_not_let_in_is_told_in_the_form_of_the_API(string path, HttpStatusCode expected, string? person)
    {
        if (person is not null)
            await fixture.ViewerAsync(person);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (person is not null)
            request.Headers.Authorization = Request(person, HttpMethod.Get, "").Headers.Authorization;
        using var answer = await fixture.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        var isFeast = !path.Contains("strict", StringComparison.Ordinal) && path != "push";

        Assert.Equal((expected, isFeast ? "application/json" : "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var json = JsonElement.Parse(text);
        if (!isFeast)
            Assert.StartsWith("tenancy.", json.GetProperty("code").GetString(), StringComparison.Ordinal);
        else if (expected is HttpStatusCode.Unauthorized)
            Assert.Equal("detail", Assert.Single(json.EnumerateObject()).Name);
        else
            Assert.Equal("FeastPermissionError", JsonElement.Parse(json.GetString()!).GetProperty("class").GetString());
    }

    private static string Of(string view) => Body.Replace("\"stats:", $"\"of_{view}:", StringComparison.Ordinal);

    private static string[] Statistics(string set) => JsonElement.Parse(set).TryGetProperty("statistics", out var statistics)
        ? [.. statistics.EnumerateArray().Select(static column => column.GetProperty("name").GetString()!)]
        : [];

    private static string? Code((HttpStatusCode Status, string Body) answer) =>
        answer.Body.StartsWith('{') && JsonElement.Parse(answer.Body).TryGetProperty("code", out var code) ? code.GetString() : $"{answer.Status}: {answer.Body}";

    private static HttpRequestMessage Request(string name, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, "api/v1/features/projects/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        return request;
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string name, HttpMethod method, string path, string? body = null, bool isJob = false)
    {
        using var request = Request(name, method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (isJob)
            request.Headers.Add("Prefer", "respond-async");
        using var answer = await fixture.Http.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task ApplyAsync(string project, string? rows = null, bool pii = true, string more = "", string after = "")
    {
        using var file = Request("root", HttpMethod.Put, "");
        file.RequestUri = new($"api/v1/features/files/{project}/a.csv", UriKind.Relative);
        file.Content = new StringContent(rows ?? "driver_id,event_timestamp,created,trips,tag\n7,2024-01-01T10:00:00Z,2024-01-01T10:01:00Z,3,secret\n8,2024-01-01 09:00:00,2024-01-01 09:00:01,1,x\n");
        using var uploaded = await fixture.Http.SendAsync(file, Cancel);
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(Cancel));
        using var apply = Request("root", HttpMethod.Post, project + "/apply?allow_breaking=true");
        apply.Content = new StringContent(
            $$"""
            project: {{project}}
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources:
              - { name: drivers, type: file, path: "{{project}}/*.csv", created_column: created }
            {{more}}
            feature_views:
            {{string.Concat(new[] { "reserved", "endless", "named" }.Where(_ => more.Length > 0).Select(static view => $"  - {{ name: of_{view}, entities: [driver], source: {view}, online: false, features: [{{ name: trips, type: int64 }}, {{ name: tag, type: string }}] }}\n"))}}
              - { name: stats, entities: [driver], source: drivers, online: false, features: [{ name: trips, type: int64 }, { name: tag, type: string, pii: {{(pii ? "true" : "false")}} }] }
            {{after}}
            """, Encoding.UTF8, "application/yaml");
        using var applied = await fixture.Http.SendAsync(apply, Cancel);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>One server with an administrator and a data scientist.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private readonly HashSet<string> _viewers = [];
        private ServerInProcess _server = null!;

        internal HttpClient Http { get; private set; } = null!;

        internal IServiceProvider Services => _server.Services;

        internal FeatureOptions Options => Services.GetRequiredService<FeatureOptions>();

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            _server = await ServerInProcess.StartAsync();
            Http = new() { BaseAddress = _server.Address };
            await PostAsync(null, "api/v1/admin/init", new { name = "root", password = Password });
            await PostAsync("root", "api/v1/people", new { name = "eve", password = Password });
            await PostAsync("root", "api/v1/grants", new { subject = "eve", role = "data-scientist" });
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await _server.DisposeAsync();
        }

        /// <summary>Makes somebody who has a role on one view only.</summary>
        internal async Task GrantAsync(string person, string project, string view)
        {
            await PostAsync("root", "api/v1/people", new { name = person, password = Password });
            await PostAsync("root", "api/v1/grants", new { subject = person, role = "data-scientist", object_kind = "feature-view", object_id = $"{project}/{view}" });
        }

        /// <summary>Makes somebody who may look and do nothing, once.</summary>
        internal async Task ViewerAsync(string person)
        {
            if (!_viewers.Add(person))
                return;
            await PostAsync("root", "api/v1/people", new { name = person, password = Password });
            await PostAsync("root", "api/v1/grants", new { subject = person, role = "viewer" });
        }

        private async Task PostAsync(string? name, string path, object body)
        {
            using var request = name is null ? new HttpRequestMessage(HttpMethod.Post, path) : Request(name, HttpMethod.Post, "");
            request.RequestUri = new(path, UriKind.Relative);
            request.Content = JsonContent.Create(body);
            using var answer = await Http.SendAsync(request, Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Rules between a source and what is made of it: training sees what serving sees, and says what the rules said.</summary>
public sealed class TrainingQualityTests(TrainingQualityTests.Fixture fixture) : IClassFixture<TrainingQualityTests.Fixture>
{
    private const string Entities = """ "entity_df":{"user_id":[1,2,3],"event_timestamp":["2026-01-01T12:00:00Z","2026-01-01T12:00:00Z","2026-01-01T12:00:00Z"]} """;
    private const string Csv = "user_id,event_timestamp,amount\n1,2026-01-01T10:00:00Z,5\n1,2026-01-01T11:00:00Z,-5\n2,2026-01-01T10:00:00Z,nonsense\n3,2026-01-01T10:00:00Z,9\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Server.Client;

    [Theory]
    [InlineData("files", "{ name: events, type: file, path: \"files/*.csv\" }", "string")]
    [InlineData("tables", "{ name: events, type: table, warehouse: main, table: events, timestamp_column: at, field_mapping: { worth: amount } }", "float64")]
    public async Task Training_sees_what_serving_sees(string project, string source, string type)
    {
        await UploadAsync(project, Csv);
        var column = project is "tables" ? "worth" : "amount";
        string With(string rules) => Definitions(project, source.Replace("{ name", $"{{ rules: [{rules}], name", StringComparison.Ordinal), type, "{ expect: row_count_between, min: 100 }");
        await ApplyAsync(project, With($"{{ expect: be_between, column: {column}, min: 0, on_failure: quarantine }}"));

        var run = await MaterializeAsync(project);
        Assert.Equal(("succeeded", project is "files" ? 2L : 1L), (run.GetProperty("state").GetString(), run.GetProperty("quarantined").GetInt64()));
        var set = await PostAsync(project, "training-sets", $$"""{"name":"kept","features":["spend:amount"],{{Entities}}}""", HttpStatusCode.Created);

        var (id, manifest) = (set.GetProperty("training_set_id").GetString(), set.GetProperty("manifest"));
        var trained = (await Client.GetStringAsync(Path(project, $"training-sets/{id}/data?format=csv"), Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line.Split(',')[^1]);
        Assert.Equal((await OnlineAsync(project, "spend:amount", 1, 2, 3)).Select(static value => value.TrimEnd('0').TrimEnd('.')), trained.Select(static value => value.TrimEnd('0').TrimEnd('.')));
        Assert.Equal(column, Assert.Single(manifest.GetProperty("rules").EnumerateArray()).GetProperty("rule").GetProperty("column").GetString());
        var quality = Assert.Single(set.GetProperty("quality").EnumerateArray());
        Assert.Equal(("quarantined", project is "files" ? 2 : 1, "row_count_between()"), (
            quality.GetProperty("outcome").GetString(), quality.GetProperty("left_out").GetInt32(), quality.GetProperty("broken").EnumerateArray().Last().GetProperty("rule").GetString()));
        var report = await GetAsync(project, $"quality/{quality.GetProperty("check_id").GetString()}");
        Assert.Equal("training_set", report.GetProperty("reason").GetString());
        Assert.Contains("has no created_column", Assert.Single(set.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);

        // Rows are in quarantine once, and the manifest's rules hold when the definitions have others.
        Assert.Equal(project is "files" ? 2 : 1, (await GetAsync(project, "quality/quarantine")).GetProperty("rows").GetArrayLength());
        await ApplyAsync(project, With("{ expect: not_be_null, column: user_id }"));
        var again = await PostAsync(project, $"training-sets/{id}/reproduce", "");
        Assert.True(again.GetProperty("equal").GetBoolean(), again.ToString());
        Assert.Equal("The source events is defined otherwise.", Assert.Single(again.GetProperty("differences").EnumerateArray()).GetString());
        var other = await PostAsync(project, "training-sets", $$"""{"name":"all","features":["spend:amount"],"known_at":false,{{Entities}}}""", HttpStatusCode.Created);
        Assert.NotEqual(set.GetProperty("content_hash").GetString(), other.GetProperty("content_hash").GetString());
        Assert.Contains("known_at is off", other.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused", "{ name: events, type: file, path: \"refused/*.csv\" }", "amount")]
    [InlineData("refused-there", "{ name: events, type: table, warehouse: main, table: events, timestamp_column: at, field_mapping: { worth: amount } }", "worth")]
    public async Task A_rule_that_refuses_data_refuses_training_sets_and_checks(string project, string source, string column)
    {
        await UploadAsync(project, Csv);
        await ApplyAsync(project, Definitions(project, source, "string", $"{{ expect: be_between, column: {column}, min: 0, mostly: 0.8, severity: critical, on_failure: reject }}"));

        using var answer = await Client.PostAsync(Path(project, "training-sets"), Json($$"""{"name":"bad","features":["spend:amount"],{{Entities}}}"""), Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("features.quality_rejected", problem.GetProperty("code").GetString());
        Assert.Contains($"be_between({column}) in {(column is "amount" ? "2 rows of 4" : "1 rows of 3")}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", (await GetAsync(project, "training-sets")).GetProperty("training_sets")[0].GetProperty("state").GetString());

        var report = await PostAsync(project, "quality/check?view=spend", "");
        Assert.Equal(("rejected", column is "amount" ? 2 : 1), (report.GetProperty("outcome").GetString(), report.GetProperty("results")[0].GetProperty("unexpected_count").GetInt32()));
    }

    [Fact]
    public async Task A_reproduction_says_why_it_differs()
    {
        const string Source = "{ name: chance, type: query, query: \"select 1 as user_id, timestamp '2026-01-01' as event_timestamp, random() as amount -- now()\" }";
        await ApplyAsync("why", Definitions("why", Source, "float64", "").Replace("source: events", "source: chance", StringComparison.Ordinal));
        var set = await PostAsync("why", "training-sets", $$"""{"name":"chance","features":["spend:amount"],{{Entities}}}""", HttpStatusCode.Created);
        var id = set.GetProperty("training_set_id").GetString();

        var again = await PostAsync("why", $"training-sets/{id}/reproduce", "");
        Assert.False(again.GetProperty("equal").GetBoolean());
        Assert.Equal("Source chance: its query uses random, which need not give the same twice.", Assert.Single(again.GetProperty("differences").EnumerateArray()).GetString());

        var manifest = await Client.GetStringAsync(Path("why", $"training-sets/{id}/manifest"), Cancel);
        var others = Convert.ToBase64String(Encoding.UTF8.GetBytes("""[{"name":"user_id","values":[1]},{"name":"event_timestamp","values":["2026-01-01T12:00:00Z"]}]"""));
        var differences = (await PostAsync("why", "training-sets/reproduce", $$"""{"manifest":{{manifest}},"entities_base64":"{{others}}"}""")).GetProperty("differences").ToString();
        Assert.Contains("The entity rows are others", differences, StringComparison.Ordinal);
        Assert.Contains("There are 1 rows instead of 3", differences, StringComparison.Ordinal);

        using var shapeless = await Client.PostAsync(Path("why", "training-sets/reproduce"), Json($$"""{"manifest":{{manifest}},"entities_base64":"e30="}"""), Cancel);
        Assert.Equal("features.entity_invalid", (await shapeless.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());

        var invalid = manifest.Replace("\"rules\":[]", "\"rules\":[{\"view\":\"spend\",\"version\":1,\"of\":\"view\",\"rule\":{\"expect\":\"be_lucky\"}}]", StringComparison.Ordinal);
        using var refused = await Client.PostAsync(Path("why", "training-sets/reproduce"), Json($$"""{"manifest":{{invalid}},"entities_base64":"{{others}}"}"""), Cancel);
        Assert.Equal("features.manifest_invalid", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Pushed_rows_are_held_against_rules_on_rows()
    {
        await ApplyAsync("pushes", """
            project: pushes
            entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
            sources:
              - name: clicks
                type: push
                rules:
                  - { expect: be_between, column: amount, min: 0, on_failure: quarantine }
                  - { expect: be_between, column: amount, max: 100 }
                  - { expect: match_regex, column: note, pattern: "^[a-z]+$", on_failure: reject }
                  - { expect: row_count_between, min: 1000, on_failure: reject }
            feature_views:
              - { name: all, entities: [user], source: clicks, features: [{ name: amount, type: float64 }, { name: note, type: string }] }
              - { name: noted, entities: [user], source: clicks, features: [{ name: amount, type: float64 }, { name: note, type: string }], rules: [{ expect: not_be_null, column: note, on_failure: quarantine }] }
            """);
        const string Time = "2026-01-01T10:00:00Z";
        static string Row(int user, int amount, string note) => $$"""{"user_id":{{user}},"event_timestamp":"{{Time}}","amount":{{amount}},"note":{{note}}}""";
        static string Body(params string[] rows) => $$"""{"source":"clicks","to":"online_and_offline","rows":[{{string.Join(',', rows)}}]}""";

        var answer = await PostAsync("pushes", "push", Body(Row(1, 5, "\"x\""), Row(2, -5, "\"x\""), Row(3, 5, "\"BAD\""), Row(4, 7, "null"), Row(5, 1000, "\"x\"")), HttpStatusCode.MultiStatus);

        Assert.Equal(3, answer.GetProperty("accepted").GetInt32());
        Assert.Equal((2, "note breaks the rule match_regex(note)."), One(answer.GetProperty("errors")[0]));
        Assert.Equal(
            [(1, "The row breaks the rule be_between(amount) and is in quarantine."), (3, "The row breaks the rule not_be_null(note) of feature view noted and is in quarantine.")],
            answer.GetProperty("quarantined").EnumerateArray().Select(One));
        Assert.Equal(["5.0", "", "", "7.0", "1000.0"], await OnlineAsync("pushes", "all:amount", 1, 2, 3, 4, 5));
        Assert.Equal(["5.0", "", "", "", "1000.0"], await OnlineAsync("pushes", "noted:amount", 1, 2, 3, 4, 5));
        var aside = (await GetAsync("pushes", "quality/quarantine")).GetProperty("rows").EnumerateArray().Select(static row => $"{row.GetProperty("broke")} {row.GetProperty("row")}").Order();
        Assert.Equal(
            ["""["be_between(amount)"] {"amount":-5.0,"note":"x","user_id":2,"event_timestamp":"2026-01-01 10:00:00.000000"}""", """["not_be_null(note)"] {"amount":7.0,"note":null,"user_id":4,"event_timestamp":"2026-01-01 10:00:00.000000"}"""], aside);
        var report = (await GetAsync("pushes", "quality")).GetProperty("reports")[0];
        Assert.Equal(("push", "rejected", 5L, 2L), (report.GetProperty("reason").GetString(), report.GetProperty("outcome").GetString(), report.GetProperty("rows").GetInt64(), report.GetProperty("quarantined").GetInt64()));
        Assert.Equal([1, 1, 1, 1], report.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("unexpected_count").GetInt32()));

        // What is taken whole is answered and recorded as before.
        Assert.Empty((await PostAsync("pushes", "push", Body(Row(6, 5, "\"x\"")))).GetProperty("quarantined").EnumerateArray());
        Assert.Single((await GetAsync("pushes", "quality")).GetProperty("reports").EnumerateArray());
        using var none = await Client.PostAsync(Path("pushes", "push"), Json(Body(Row(7, 5, "\"BAD\""))), Cancel);
        Assert.Equal("features.push_rows_invalid", (await none.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());

        // History has what only a view goes without; the view's joins leave it out, too.
        const string Asked = """ "features":["all:amount","noted:amount"],"full_feature_names":true,"entity_df":{"user_id":[1,2,4],"event_timestamp":["2026-01-02","2026-01-02","2026-01-02"]} """;
        var joined = (await PostAsync("pushes", "historical", $"{{{Asked}}}")).GetProperty("columns").EnumerateArray().Skip(2).Select(static column => column.GetProperty("values").GetRawText());
        Assert.Equal(["[5,null,7]", "[5,null,null]"], joined.Select(static text => text.Replace(".0", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("training-sets")]
    [InlineData("quality")]
    [InlineData("quality/quarantine")]
    public async Task Listings_of_a_project_that_is_not_there_say_so(string listing)
    {
        using var answer = await Client.GetAsync(Path("nowhere", listing), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("features.project_not_found", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());
    }

    private static string Definitions(string project, string source, string type, string rules) => $$"""
        project: {{project}}
        entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
        sources: [{{source}}]
        feature_views:
          - { name: spend, entities: [user], source: events, features: [{ name: amount, type: {{type}} }], rules: [{{rules}}] }
        """;

    private static Uri Path(string project, string path) => new($"api/v1/features/projects/{project}/{path}", UriKind.Relative);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task UploadAsync(string project, string csv)
    {
        using var put = await Client.PutAsync(new Uri($"api/v1/features/files/{project}/a.csv", UriKind.Relative), new StringContent(csv), Cancel);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
    }

    private async Task ApplyAsync(string project, string yaml)
    {
        using var answer = await Client.PostAsync(Path(project, "apply"), new StringContent(yaml, Encoding.UTF8, "application/yaml"), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<JsonElement> MaterializeAsync(string project)
    {
        var run = (await PostAsync(project, "materialize", "{}", HttpStatusCode.Accepted)).GetProperty("runs")[0].GetProperty("id").GetString();
        JsonElement found = default;
        await Eventually.HoldsAsync("the materialization ends", async () =>
            (found = await GetAsync(project, $"materializations/{run}")).GetProperty("state").GetString() is "succeeded" or "failed");
        return found;
    }

    private static (int Row, string Message) One(JsonElement error) => (error.GetProperty("row").GetInt32(), error.GetProperty("message").GetString()!);

    private async Task<string[]> OnlineAsync(string project, string feature, params int[] users)
    {
        using var answer = await Client.PostAsync(
            new Uri($"feast/{project}/get-online-features", UriKind.Relative), Json($$$"""{"features":["{{{feature}}}"],"entities":{"user_id":[{{{string.Join(',', users)}}}]}}"""), Cancel);
        var values = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("results")[1].GetProperty("values");
        return [.. values.EnumerateArray().Select(static value => value.ValueKind is JsonValueKind.Null ? "" : Convert.ToString(value, CultureInfo.InvariantCulture)!)];
    }

    private async Task<JsonElement> GetAsync(string project, string path) => await Client.GetFromJsonAsync<JsonElement>(Path(project, path), Cancel);

    private async Task<JsonElement> PostAsync(string project, string path, string body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.PostAsync(Path(project, path), Json(body), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>One server with a warehouse.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ServerProcess Server { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel);
            await using (var source = NpgsqlDataSource.Create(database))
            {
                await source.CreateCommand("""
                    create table events as select * from (values (1::bigint, timestamptz '2026-01-01 10:00:00+00', 5::numeric(8, 2)), (1, '2026-01-01 11:00:00+00', -5), (3, '2026-01-01 10:00:00+00', 9)) v(user_id, at, worth)
                    """).ExecuteNonQueryAsync(Cancel);
            }

            Server = await ServerProcess.StartAsync([], new Dictionary<string, string>
            {
                ["Orrery__Features__Warehouses__main__Connection"] = database,
                ["Orrery__Features__Warehouses__main__Workspaces__0"] = "*",
            }, cancel: Cancel);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

using System.Globalization;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Bringing feature values online, over HTTP, against what a plain reading of the rows says.</summary>
public sealed class MaterializationTests(MaterializationTests.Fixture fixture) : IClassFixture<MaterializationTests.Fixture>
{
    private const string Definitions = """
        project: {0}
        entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
        sources:
          - name: events
            type: file
            path: {0}/*.csv
            created_column: created
            rules: [{1}]
        feature_views:
          - name: spend
            entities: [user]
            source: events
            features: [{ name: amount, type: float64 }]
            {2}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_entity_has_its_newest_row()
    {
        var server = await StartAsync("newest");
        var random = new Random(4);
        var rows = Enumerable.Range(0, 20_000).Select(_ => (User: random.Next(900), At: random.Next(2_000), Created: random.Next(3), Amount: random.Next(1_000_000))).ToArray();
        var csv = new StringBuilder("user_id,event_timestamp,created,amount\n");
        foreach (var (user, at, created, amount) in rows)
            csv.Append(CultureInfo.InvariantCulture, $"{user},{Time(at)},{Time(5_000 + created)},{amount}\n");
        await server.UploadAsync("rows.csv", csv.ToString());

        var run = await server.MaterializeAsync();

        Assert.Equal("succeeded", run.GetProperty("state").GetString());
        var expected = rows.Select(static (row, place) => (row, place)).GroupBy(static one => one.row.User)
            .ToDictionary(static group => group.Key, static group => group.MaxBy(static one => (one.row.At, one.row.Created, one.place)).row.Amount);
        var users = Enumerable.Range(0, 900).ToArray();
        var values = await server.OnlineAsync("spend:amount", "user_id", [.. users.Select(static user => user.ToString(CultureInfo.InvariantCulture))]);
        Assert.Equal(users.Select(user => expected.TryGetValue(user, out var amount) ? amount.ToString("0.0", CultureInfo.InvariantCulture) : "NOT_FOUND"), values);
        // 20,000 rows in parts of 1,000.
        Assert.True(run.GetProperty("rows_read").GetInt64() > expected.Count);
    }

    [Fact]
    public async Task An_incremental_run_takes_what_is_new_and_what_came_late()
    {
        var server = await StartAsync("late");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(100)},{Time(100)},1\n2,{Time(100)},{Time(100)},1\n");
        await server.MaterializeAsync();
        // Of user 1 a row came late that is newer than what is online; of user 2 one that is older; user 3 is new and late.
        await server.UploadAsync("b.csv", $"user_id,event_timestamp,created,amount\n1,{Time(150)},{Time(9_000)},2\n2,{Time(50)},{Time(9_000)},2\n3,{Time(20)},{Time(9_000)},3\n");

        var run = await server.MaterializeAsync();

        Assert.Equal(("incremental", 3L, 2L, 1L), (
            run.GetProperty("mode").GetString(), run.GetProperty("rows_read").GetInt64(), run.GetProperty("rows_written").GetInt64(), run.GetProperty("rows_older").GetInt64()));
        Assert.Equal(["2.0", "1.0", "3.0"], await server.OnlineAsync("spend:amount", "user_id", "1", "2", "3"));
        Assert.Equal(0, (await server.MaterializeAsync()).GetProperty("rows_written").GetInt64());
    }

    [Fact]
    public async Task A_time_to_come_counts_as_now_and_a_window_has_both_ends()
    {
        var server = await StartAsync("window");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(10)},{Time(10)},1\n2,{Time(20)},{Time(20)},2\n3,{Time(30)},{Time(30)},3\n4,{Time(40)},{Time(40)},4\n");

        var run = await server.MaterializeAsync($$"""{"from":"{{Time(20)}}","to":"{{Time(30)}}"}""");

        Assert.Equal(2, run.GetProperty("rows_read").GetInt64());
        Assert.Equal(["NOT_FOUND", "2.0", "3.0", "NOT_FOUND"], await server.OnlineAsync("spend:amount", "user_id", "1", "2", "3", "4"));
        var far = await server.MaterializeAsync("""{"from":"2020-01-01","to":"2999-01-01"}""");
        Assert.True(far.GetProperty("to").GetInt64() <= TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(["1.0", "2.0", "3.0", "4.0"], await server.OnlineAsync("spend:amount", "user_id", "1", "2", "3", "4"));
        Assert.Equal(400, (await server.TryPostAsync("materialize", """{"from":"2026-02-01","to":"2026-01-01"}""")).Status);
        Assert.Equal(400, (await server.TryPostAsync("materialize", """{"from":"soon"}""")).Status);
        Assert.Equal(404, (await server.TryPostAsync("materialize", """{"views":["nope"]}""")).Status);
    }

    [Fact]
    public async Task Rules_set_rows_aside_or_refuse_all()
    {
        var server = await StartAsync("rules", "{ expect: be_between, column: amount, min: 0, on_failure: quarantine }, { expect: not_be_null, column: user_id, mostly: 0.7, on_failure: reject }");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(10)},{Time(10)},5\n1,{Time(11)},{Time(10)},-5\n2,{Time(10)},{Time(10)},nonsense\n");

        var run = await server.MaterializeAsync();

        Assert.Equal(("succeeded", 2L), (run.GetProperty("state").GetString(), run.GetProperty("quarantined").GetInt64()));
        Assert.Equal(["5.0", "NOT_FOUND"], await server.OnlineAsync("spend:amount", "user_id", "1", "2"));
        var report = (await server.GetAsync("quality")).GetProperty("reports")[0];
        Assert.Equal(("quarantined", 3L), (report.GetProperty("outcome").GetString(), report.GetProperty("rows").GetInt64()));
        var aside = (await server.GetAsync("quality/quarantine")).GetProperty("rows");
        Assert.Equal(["-5", "nonsense"], aside.EnumerateArray().Select(static row => System.Text.Json.JsonDocument.Parse(row.GetProperty("row").GetString()!).RootElement.GetProperty("amount").GetString()).Order());

        await server.UploadAsync("b.csv", $"user_id,event_timestamp,created,amount\n,{Time(50)},{Time(50)},7\n,{Time(50)},{Time(50)},8\n3,{Time(50)},{Time(50)},9\n");
        var refused = await server.MaterializeAsync("""{"rebuild":true}""");
        Assert.Equal("failed", refused.GetProperty("state").GetString());
        Assert.Contains("not_be_null(user_id) in 2 rows", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["5.0", "NOT_FOUND"], await server.OnlineAsync("spend:amount", "user_id", "1", "3"));
    }

    [Fact]
    public async Task A_value_that_is_none_of_the_type_is_named()
    {
        var server = await StartAsync("types");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(10)},{Time(10)},dear\n");

        var run = await server.MaterializeAsync();

        Assert.Equal("The value 'dear' in column amount of source events is not of type float64, as which amount is declared.", run.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Freshness_is_the_age_of_data()
    {
        var server = await StartAsync("fresh", view: "freshness: 1h");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(10)},{Time(10)},1\n");
        await server.MaterializeAsync();

        var status = (await server.GetAsync("online")).GetProperty("views")[0];

        Assert.True(status.GetProperty("is_stale").GetBoolean());
        Assert.True(status.GetProperty("age_seconds").GetDouble() > 3_600);
        Assert.Equal((3_600d, 1L), (status.GetProperty("target_seconds").GetDouble(), status.GetProperty("rows").GetInt64()));
    }

    [Fact]
    public async Task An_erased_entity_is_nowhere()
    {
        var server = await StartAsync("erase");
        await server.UploadAsync("a.csv", $"user_id,event_timestamp,created,amount\n1,{Time(10)},{Time(10)},1\n2,{Time(10)},{Time(10)},2\n1,{Time(12)},{Time(10)},3\n");
        await server.MaterializeAsync();

        var receipt = await server.PostAsync("erase", """{"entity":{"user_id":"1"},"reason":"request 17"}""");

        Assert.True(receipt.GetProperty("is_complete").GetBoolean());
        Assert.Equal(["file 2", "quarantine 0", "historical 0", "online 1"], receipt.GetProperty("places").EnumerateArray().Select(static place => $"{place.GetProperty("kind")} {place.GetProperty("deleted")}"));
        Assert.Equal(["NOT_FOUND", "2.0"], await server.OnlineAsync("spend:amount", "user_id", "1", "2"));
        await server.MaterializeAsync("""{"rebuild":true}""");
        Assert.Equal(["NOT_FOUND", "2.0"], await server.OnlineAsync("spend:amount", "user_id", "1", "2"));
        Assert.DoesNotContain("\"1\"", receipt.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(receipt.GetProperty("id").GetString(), (await server.GetAsync("erasures")).GetProperty("receipts")[0].GetProperty("id").GetString());
        var unknown = await server.TryPostAsync("erase", """{"entity":{"account_id":"1"}}""");
        Assert.Equal(404, unknown.Status);
        Assert.Contains("there are user_id", unknown.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, (await server.TryPostAsync("erase", """{"entity":{"user_id":"Bob"}}""")).Status);
    }

    [Fact]
    public async Task Of_an_erased_entity_no_file_of_the_online_store_has_a_byte()
    {
        var server = await StartAsync("forget");
        await server.ApplyAsync("""
            entities: [{ name: person, join_keys: [{ name: email, type: string }] }]
            sources: [{ name: clicks, type: push }]
            feature_views: [{ name: seen, entities: [person], source: clicks, features: [{ name: page, type: string }] }]
            """);
        for (var at = 0; at < 3; at++)
            await server.PostAsync("push", $$$"""{"source":"clicks","to":"online","df":{"email":["zoe@forget.example","tom@forget.example"],"page":["zoes-page-{{{at}}}","toms-page"],"event_timestamp":["{{{Time(at)}}}","{{{Time(at)}}}"]}}""");
        Assert.NotEmpty(Holding("zoe@forget.example"));

        var receipt = await server.PostAsync("erase", """{"entity":{"email":"zoe@forget.example"}}""");

        Assert.True(receipt.GetProperty("is_complete").GetBoolean());
        Assert.Empty(Holding("zoe@forget.example"));
        Assert.Empty(Holding("zoes-page"));
        Assert.NotEmpty(Holding("toms-page"));
        Assert.Equal(["NOT_FOUND", "toms-page"], await server.OnlineAsync("seen:page", "email", "zoe@forget.example", "tom@forget.example"));
    }

    /// <summary>Files of the whole data folder with a text in them.</summary>
    private List<string> Holding(string text)
    {
        var found = new List<string>();
        foreach (var path in Directory.EnumerateFiles(fixture.Server.DataDir, "*", SearchOption.AllDirectories).Where(static path => !path.EndsWith("lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                found.Add(Path.GetRelativePath(fixture.Server.DataDir, path));
        }

        return found;
    }

    internal static string Time(int minutes) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    internal static string Define(string project, string rules = "", string view = "") =>
        Definitions.Replace("{0}", project, StringComparison.Ordinal).Replace("{1}", rules, StringComparison.Ordinal).Replace("{2}", view, StringComparison.Ordinal);

    private async Task<FeatureServer> StartAsync(string project, string rules = "", string view = "")
    {
        var server = new FeatureServer(fixture.Server, project);
        await server.ApplyAsync(Define(project, rules, view));
        return server;
    }

    /// <summary>One server for all tests, which cuts runs into parts of 1,000 rows.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public ServerProcess Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Server = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Features__MaterializationPartRows"] = "1000" });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>The filter language of runs by examples: every entity, alias and comparator, and what is refused.</summary>
public abstract class SearchGrammarTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Theory]
    [InlineData("metrics.m > 1", "b")]
    [InlineData("metric.m >= 1", "a b")]
    [InlineData("metrics.m = 1", "a")]
    [InlineData("metrics.m != 1", "b")]
    [InlineData("metrics.m < 2.5e0", "a b")]
    [InlineData("metrics.m <= 1", "a")]
    [InlineData("metrics.m > -1e-3", "a b")]
    [InlineData("metrics.\"m\" > 1", "b")]
    [InlineData("metrics.`my m/1` = 3", "a")]
    [InlineData("params.p = 'X'", "a")]
    [InlineData("param.p != 'X'", "b")]
    [InlineData("parameter.p LIKE 'x%'", "b")]
    [InlineData("parameters.p ILIKE 'x%'", "a b")]
    [InlineData("params.\"my key\" = \"it's\"", "a")]
    [InlineData("params.p = \"X\"", "a")]
    [InlineData("tags.t = 'v'", "a")]
    [InlineData("tag.t != 'v'", "b")]
    [InlineData("tags.t LIKE '_v'", "b")]
    [InlineData("tags.t ilike 'V'", "a")]
    [InlineData("tags.`mlflow.runName` = 'a'", "a")]
    [InlineData("attributes.run_name = 'a'", "a")]
    [InlineData("attribute.run_name != 'a'", "b c")]
    [InlineData("attr.run_name LIKE 'A'", "")]
    [InlineData("run.run_name ILIKE 'A'", "a")]
    [InlineData("run_name = 'a'", "a")]
    [InlineData("`run name` = 'a'", "a")]
    [InlineData("attributes.`Run name` = 'a'", "a")]
    [InlineData("attributes.`Run Name` = 'a'", "a")]
    [InlineData("user_id = 'me'", "a")]
    [InlineData("user_id != 'me'", "b c")]
    [InlineData("status = 'FINISHED'", "b")]
    [InlineData("attributes.status != 'FINISHED'", "a c")]
    [InlineData("status LIKE 'RUN%'", "a c")]
    [InlineData("status ILIKE 'run%'", "a c")]
    [InlineData("artifact_uri LIKE 'mlflow-artifacts:/0/%'", "a b c")]
    [InlineData("start_time = 1000", "a")]
    [InlineData("start_time > 1000", "b c")]
    [InlineData("created >= 2000", "b c")]
    [InlineData("attributes.Created < 2000", "a")]
    [InlineData("end_time <= 2500", "b")]
    [InlineData("end_time != 1", "b")]
    [InlineData("attributes.start_time != 1000", "b c")]
    [InlineData("datasets.name = 'Set'", "a")]
    [InlineData("dataset.name != 'Set'", "b")]
    [InlineData("datasets.name LIKE 'S%'", "a")]
    [InlineData("datasets.name ILIKE 's%'", "a b")]
    [InlineData("datasets.digest IN ('d1', 'd9')", "a")]
    [InlineData("datasets.digest NOT IN ('d1')", "b")]
    [InlineData("datasets.context = 'train'", "a")]
    [InlineData("dataset.context IN ('train','eval')", "a b")]
    [InlineData("metrics.m > 0 AND params.p = 'X' and tags.t = 'v'", "a")]
    [InlineData("metrics.m>0 AND metrics.m<2", "a")]
    [InlineData("  metrics.m   >  1  ", "b")]
    [InlineData("", "a b c")]
    public async Task A_filter_finds(string filter, string names)
    {
        await MakeAsync();
        var found = (await SearchAsync(filter)).Ok().Texts("runs", "info.run_name");
        Assert.Equal(names, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Run_ids_are_searched_by_lists_and_patterns()
    {
        var (a, b) = (await NewRunAsync(name: "a"), await NewRunAsync(name: "b"));
        Assert.Equal([a], (await SearchAsync($"run_id = '{a}'")).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([b], (await SearchAsync($"run_id != '{a}'")).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([a], (await SearchAsync($"attributes.run_id IN ('{a}', 'x')")).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([b], (await SearchAsync($"run_id NOT IN ('{a}')")).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([a], (await SearchAsync($"run_id LIKE '%{a[8..]}'")).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([a], (await SearchAsync($"run_id ILIKE '{a.ToUpperInvariant()}'")).Ok().Texts("runs", "info.run_id"));
    }

    [Theory]
    [InlineData("metrics.b > 'x'", "Expected numeric value type for metric. Found 'x'")]
    [InlineData("params.p = 1", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1")]
    [InlineData("tags.p = 1", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 1")]
    [InlineData("a b c", "Invalid clause(s) in filter string: 'a b', 'c'")]
    [InlineData("metrics.b > 0 OR metrics.b < 1", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("(metrics.b > 0)", "Invalid clause(s) in filter string: '(metrics.b > 0)'")]
    [InlineData("params.p IN ('1')", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value ('1')")]
    [InlineData("foo.bar = 'x'", null)]
    [InlineData("attributes.foo = '1'", null)]
    [InlineData("metrics.m LIKE '1'", null)]
    [InlineData("params.p > 'a'", null)]
    [InlineData("tags.t < 'a'", null)]
    [InlineData("status > 'RUNNING'", null)]
    [InlineData("start_time = 'x'", null)]
    [InlineData("start_time LIKE 1", null)]
    [InlineData("status IN ('RUNNING')", null)]
    [InlineData("datasets.foo = 'x'", null)]
    [InlineData("datasets.name > 'x'", null)]
    [InlineData("datasets.name IN 'x'", null)]
    [InlineData("run_id IN ()", null)]
    [InlineData("run_id IN ('a', 5)", null)]
    [InlineData("metrics.m >", null)]
    [InlineData("metrics.m", null)]
    [InlineData("> 1", null)]
    [InlineData("metrics. > 1", null)]
    [InlineData("metrics.m == 1", null)]
    [InlineData("metrics.m > 1;", null)]
    [InlineData("metrics.m > 1; metrics.m < 2", null)]
    [InlineData("NOT metrics.m > 1", null)]
    [InlineData("params.p = 'unterminated", null)]
    [InlineData("params.`p = 'x'", null)]
    [InlineData("metrics.m > 1e", null)]
    [InlineData("metrics.m > 0x10", null)]
    [InlineData("metrics.m > NaN", null)]
    [InlineData("params.p = null", null)]
    [InlineData("params.p IS NULL", null)]
    [InlineData("1 = 1", null)]
    [InlineData("'a' = 'a'", null)]
    public async Task A_filter_that_makes_no_sense_is_refused(string filter, string? message) => (await SearchAsync(filter)).IsInvalid(message);

    [Theory]
    [InlineData("foo.bar", "Invalid entity type 'foo'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("attributes.foo", null)]
    [InlineData("metrics.m SIDEWAYS", null)]
    [InlineData("metrics.m ASC DESC", null)]
    [InlineData("metrics.m; drop table x", null)]
    [InlineData("metrics.m, metrics.n", null)]
    [InlineData("", null)]
    [InlineData("metrics.", null)]
    [InlineData("metrics.`m", null)]
    public async Task An_order_that_makes_no_sense_is_refused(string order, string? message) =>
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, order_by = new[] { order } })).IsInvalid(message);

    [Theory]
    [InlineData("metrics.m", "a b c d e")]
    [InlineData("metrics.m ASC", "a b c d e")]
    [InlineData("metrics.m desc", "c b a d e")]
    [InlineData("metric.`m` DESC", "c b a d e")]
    [InlineData("params.p", "b a c d e")]
    [InlineData("params.p DESC", "c a b d e")]
    [InlineData("tags.t ASC", "c a b d e")]
    [InlineData("attributes.start_time ASC", "a b c d e")]
    [InlineData("attribute.start_time DESC", "e d c b a")]
    [InlineData("start_time", "a b c d e")]
    [InlineData("Created DESC", "e d c b a")]
    [InlineData("run_name DESC", "e d c b a")]
    [InlineData("attributes.end_time", "b a c d e")]
    [InlineData("attributes.end_time DESC", "a b c d e")]
    [InlineData("status", "b a c d e")]
    public async Task An_order_puts_missing_values_last_and_NaN_before_them(string order, string names)
    {
        await MakeAsync("a", 1000, """[{"key": "m", "value": -1, "timestamp": 1}]""", """[{"key": "p", "value": "9"}]""", """[{"key": "t", "value": "a"}]""", end: 9);
        await MakeAsync("b", 2000, """[{"key": "m", "value": 0, "timestamp": 1}]""", """[{"key": "p", "value": "10"}]""", """[{"key": "t", "value": "b"}]""", end: 8);
        await MakeAsync("c", 3000, """[{"key": "m", "value": "Infinity", "timestamp": 1}]""", """[{"key": "p", "value": "A"}]""", """[{"key": "t", "value": "Z"}]""");
        await MakeAsync("d", 4000, """[{"key": "m", "value": "NaN", "timestamp": 1}]""");
        await MakeAsync("e", 5000);
        await Mlflow.PostAsync("runs/update", new { run_id = await IdOfAsync("b"), status = "FINISHED" });
        // Times may not be named twice; without them the rest goes by time.
        string[] orders = order.Contains("start_time", StringComparison.Ordinal) || order.StartsWith("Created", StringComparison.Ordinal) ? [order] : [order, "start_time ASC"];
        var found = (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, order_by = orders })).Ok().Texts("runs", "info.run_name");
        Assert.Equal(names, string.Join(' ', found));
    }

    [Fact]
    public async Task Without_an_order_the_newest_comes_first_then_the_smaller_id()
    {
        var ids = new[] { await NewRunAsync(), await NewRunAsync(), await NewRunAsync() };
        var newest = await NewRunAsync(new { experiment_id = "0", start_time = 5000 });
        var found = (await SearchAsync("")).Ok().Texts("runs", "info.run_id");
        Assert.Equal([newest, .. ids.Order(StringComparer.Ordinal)], found);
    }

    [Theory]
    [InlineData("ACTIVE_ONLY", "kept")]
    [InlineData("DELETED_ONLY", "gone")]
    [InlineData("ALL", "gone kept")]
    [InlineData(1, "kept")]
    [InlineData(2, "gone")]
    [InlineData(3, "gone kept")]
    public async Task Views_choose_active_deleted_or_all(object view, string names)
    {
        await NewRunAsync(name: "kept");
        await Mlflow.PostAsync("runs/delete", new { run_id = await NewRunAsync(name: "gone") });
        var found = (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, run_view_type = view, order_by = new[] { "run_name" } })).Ok();
        Assert.Equal(names, string.Join(' ', found.Texts("runs", "info.run_name")));
    }

    [Fact]
    public async Task A_search_is_over_the_experiments_it_names()
    {
        var (one, two) = (await NewExperimentAsync("one"), await NewExperimentAsync("two"));
        var (first, second) = (await NewRunAsync(one), await NewRunAsync(two));
        Assert.Equal([first], (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { one } })).Ok().Texts("runs", "info.run_id"));
        Assert.Equal(2, (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { one, two } })).Ok().List("runs").Count);
        Assert.Equal([second], (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { int.Parse(two, System.Globalization.CultureInfo.InvariantCulture) } })).Ok().Texts("runs", "info.run_id"));
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "99999" } })).Gives("{}");
    }

    [Fact]
    public async Task A_search_asks_for_1_to_50000_runs()
    {
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 50000 })).Gives("{}");
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 50001 })).IsInvalid(
            "Invalid value 50001 for parameter 'max_results' supplied:  Hint: Value was of type 'int'. See the API docs for more information about request parameters.");
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = -1 })).IsInvalid();
    }

    [Fact]
    public async Task A_backslash_is_a_character_like_others_in_a_pattern()
    {
        await MakeAsync("a", 1, tags: """[{"key": "t", "value": "C:\\dir"}]""");
        Assert.Single((await SearchAsync("""tags.t LIKE 'C:\%'""")).Ok().List("runs"));
        Assert.Single((await SearchAsync("""tags.t ILIKE 'c:\d_r'""")).Ok().List("runs"));
        Assert.Single((await SearchAsync("""tags.t = 'C:\dir'""")).Ok().List("runs"));
    }

    [Fact]
    public async Task A_metric_is_searched_by_its_latest_value()
    {
        var run = await NewRunAsync();
        object[] metrics = [new { key = "m", value = 9, timestamp = 1, step = 1 }, new { key = "m", value = 1, timestamp = 2, step = 2 }];
        await Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics });
        Assert.Empty((await SearchAsync("metrics.m = 9")).Ok().List("runs"));
        Assert.Single((await SearchAsync("metrics.m = 1")).Ok().List("runs"));
    }

    private async Task MakeAsync()
    {
        var a = await MakeAsync("a", 1000, """[{"key": "m", "value": 1, "timestamp": 1}, {"key": "my m/1", "value": 3, "timestamp": 1}]""",
            """[{"key": "p", "value": "X"}, {"key": "my key", "value": "it's"}]""", """[{"key": "t", "value": "v"}]""", user: "me");
        var b = await MakeAsync("b", 2000, """[{"key": "m", "value": 2, "timestamp": 1}]""", """[{"key": "p", "value": "xy"}]""", """[{"key": "t", "value": "wv"}]""", end: 2500);
        await MakeAsync("c", 3000);
        await Mlflow.PostAsync("runs/update", new { run_id = b, status = "FINISHED" });
        (await LogDatasetAsync(a, "Set", "d1", "train")).Ok();
        (await LogDatasetAsync(b, "set", "d2", "eval")).Ok();
    }

    private async Task<string> MakeAsync(string name, long start, string metrics = "[]", string parameters = "[]", string tags = "[]", string user = "", long? end = null)
    {
        var run = await NewRunAsync(new { experiment_id = "0", run_name = name, start_time = start, user_id = user });
        (await Mlflow.PostAsync("runs/log-batch", $$"""{"run_id": "{{run}}", "metrics": {{metrics}}, "params": {{parameters}}, "tags": {{tags}} }""")).Ok();
        if (end is not null)
            (await Mlflow.PostAsync("runs/update", new { run_id = run, end_time = end })).Ok();
        return run;
    }

    private Task<Answer> LogDatasetAsync(string run, string name, string digest, string context) => Mlflow.PostAsync("runs/log-inputs", new
    {
        run_id = run,
        datasets = new[] { new { tags = new[] { new { key = "mlflow.data.context", value = context } }, dataset = new { name, digest, source_type = "s", source = "s" } } },
    });

    private async Task<string> IdOfAsync(string name) => (await SearchAsync($"run_name = '{name}'")).Ok().Text("runs.0.info.run_id");

    private Task<Answer> SearchAsync(string filter) => Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, filter });
}

public sealed class SearchGrammarOnSqlite(Servers servers) : SearchGrammarTests(servers, Store.Sqlite);

public sealed class SearchGrammarOnPostgres(Servers servers) : SearchGrammarTests(servers, Store.Postgres);

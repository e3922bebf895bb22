using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class BatchTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task A_batch_writes_metrics_params_and_tags()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, Metrics(2), Pairs("p", 2), Pairs("t", 2))).Gives("{}");
        (await RunAsync(run)).Gives("""
            {"run": {"<more>": true, "data": {
              "metrics": [{"key": "m0", "value": 0, "timestamp": 1, "step": 2}, {"key": "m1", "value": 1, "timestamp": 1, "step": 2}],
              "params": [{"key": "p0", "value": "v0"}, {"key": "p1", "value": "v1"}],
              "tags": [{"key": "t0", "value": "v0"}, {"key": "t1", "value": "v1"}, {"key": "mlflow.runName", "value": "r"}]}}}
            """);
        (await LogAsync(run)).Gives("{}");
    }

    [Fact]
    public async Task A_batch_holds_up_to_1000_metrics()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, Metrics(1000))).Gives("{}");
        Assert.Equal(1000, (await RunAsync(run)).List("run.data.metrics").Count);
        (await LogAsync(run, Metrics(1001))).IsInvalid(
            "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up metrics across multiple requests and try again.");
    }

    [Fact]
    public async Task A_batch_holds_up_to_100_params_and_100_tags()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, parameters: Pairs("p", 100), tags: Pairs("t", 100))).Gives("{}");
        (await LogAsync(run, parameters: Pairs("q", 101))).IsInvalid(
            "A batch logging request can contain at most 100 params. Got 101 params. Please split up params across multiple requests and try again.");
        (await LogAsync(run, tags: Pairs("u", 101))).IsInvalid(
            "A batch logging request can contain at most 100 tags. Got 101 tags. Please split up tags across multiple requests and try again.");
        Assert.Equal(100, (await RunAsync(run)).List("run.data.params").Count);
    }

    [Fact]
    public async Task A_batch_holds_up_to_1000_of_everything()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, Metrics(800), Pairs("p", 100), Pairs("t", 100))).Gives("{}");
        (await LogAsync(run, Metrics(801), Pairs("p", 100), Pairs("t", 100))).IsInvalid(
            "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. "
            + "Please split up metrics, params, and tags across multiple requests and try again.");
    }

    [Fact]
    public async Task A_batch_has_at_most_a_million_bytes()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, tags: [.. Enumerable.Range(0, 100).Select(i => new { key = $"t{i}", value = Chars(9_000) })])).Ok();
        (await LogAsync(run, tags: [.. Enumerable.Range(0, 100).Select(i => new { key = $"t{i}", value = Chars(11_000) })])).IsInvalid().Saying("1000000 bytes");
    }

    [Theory]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}, {"key": "b?d", "value": 1, "timestamp": 1}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}, {"key": "bad", "value": "abc", "timestamp": 1}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}, {"key": "bad", "value": 1}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}, {"value": 1, "timestamp": 1}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}], "params": [{"key": "../p", "value": "1"}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}], "params": [{"key": "old", "value": "2"}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}], "tags": [{"key": "t?", "value": "1"}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}], "tags": [{"value": "1"}]}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}], "params": "no list"}""")]
    [InlineData("""{"metrics": [{"key": "ok", "value": 1, "timestamp": 1}, 5]}""")]
    public async Task A_batch_is_written_whole_or_not_at_all(string batch)
    {
        var run = await NewRunAsync();
        await Mlflow.PostAsync("runs/log-parameter", new { run_id = run, key = "old", value = "1" });
        (await Mlflow.PostAsync("runs/log-batch", $$"""{"run_id": "{{run}}", {{batch[1..]}}""")).IsInvalid();
        (await RunAsync(run)).Gives("""
            {"run": {"<more>": true, "data": {"params": [{"key": "old", "value": "1"}], "tags": [{"key": "mlflow.runName", "value": "r"}]}}}
            """);
    }

    [Fact]
    public async Task The_entry_that_is_wrong_is_named()
    {
        var run = await NewRunAsync();
        object[] metrics = [.. Metrics(3), new { key = "b?d", value = 1, timestamp = 1 }, new { key = "w?rse", value = 1, timestamp = 1 }];
        (await LogAsync(run, metrics)).IsInvalid().Saying("metrics[3].name");
    }

    [Fact]
    public async Task A_parameter_may_come_twice_with_one_value_alone()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, parameters: [new { key = "d", value = "1" }, new { key = "d", value = "2" }])).IsInvalid(
            "Duplicate parameter keys have been submitted: ['d']. Please ensure the request contains only one param value per param key.");
        (await LogAsync(run, parameters: [new { key = "d", value = "1" }])).Ok();
        (await LogAsync(run, parameters: [new { key = "d", value = "1" }, new { key = "e", value = "1" }])).Ok();
        Assert.Equal(2, (await RunAsync(run)).List("run.data.params").Count);
    }

    [Fact]
    public async Task The_last_of_equal_tags_stays()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, tags: [new { key = "t", value = "1" }, new { key = "t", value = "2" }])).Gives("{}");
        Assert.Equal("2", (await RunAsync(run)).Value("run.data.tags", "t"));
    }

    [Fact]
    public async Task Batches_of_many_writers_to_one_run_all_arrive()
    {
        var run = await NewRunAsync();
        await Parallel.ForAsync(0, 24, Cancel, async (writer, _) =>
        {
            var metrics = Enumerable.Range(0, 20).Select(i => (object)new { key = $"m{i}", value = writer, timestamp = writer, step = writer }).ToArray();
            (await LogAsync(run, metrics, [new { key = $"p{writer}", value = "1" }], [new { key = "t", value = Plain(writer) }])).Ok();
        });
        var after = await RunAsync(run);
        Assert.Equal(24, after.List("run.data.params").Count);
        Assert.All(after.List("run.data.metrics"), metric => Assert.Equal(23, metric["value"]!.GetValue<double>()));
        Assert.Equal(24, (await Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "m3"))).Ok().List("metrics").Count);
    }

    private Task<Answer> LogAsync(string run, object[]? metrics = null, object[]? parameters = null, object[]? tags = null) =>
        Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics = metrics ?? [], @params = parameters ?? [], tags = tags ?? [] });

    private static object[] Metrics(int count) => [.. Enumerable.Range(0, count).Select(i => new { key = $"m{i}", value = i, timestamp = 1, step = 2 })];

    private static object[] Pairs(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => new { key = $"{prefix}{i}", value = $"v{i}" })];
}

public sealed class BatchesOnSqlite(Servers servers) : BatchTests(servers, Store.Sqlite);

public sealed class BatchesOnPostgres(Servers servers) : BatchTests(servers, Store.Postgres);

using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class MetricTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("\"0.25\"", "0.25")]
    [InlineData("-0.0", "0")]
    [InlineData("1e308", "1e308")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("0.1", "0.1")]
    [InlineData("123456789012345678", "123456789012345680")]
    [InlineData("\"NaN\"", "\"NaN\"")]
    [InlineData("\"Infinity\"", "\"Infinity\"")]
    [InlineData("\"-Infinity\"", "\"-Infinity\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("Infinity", "\"Infinity\"")]
    [InlineData("-Infinity", "\"-Infinity\"")]
    public async Task A_value_comes_back_as_it_was_logged(string sent, string back)
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-metric", $$"""{"run_id": "{{run}}", "key": "m", "value": {{sent}}, "timestamp": "5", "step": "7"}""")).Gives("{}");

        var metric = $$"""{"key": "m", "value": {{back}}, "timestamp": 5, "step": 7}""";
        (await HistoryAsync(run)).Gives($$"""{"metrics": [{{metric}}]}""");
        (await RunAsync(run)).Gives($$"""{"run": {"data": {"metrics": [{{metric}}], "<more>": true}, "<more>": true} }""");
    }

    [Fact]
    public async Task A_step_is_0_unless_given_and_may_be_negative()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-metric", new { run_uuid = run, key = "m", value = 1, timestamp = 1 })).Gives("{}");
        (await LogAsync(run, 2, 2, -3)).Gives("{}");
        (await LogAsync(run, 3, 3, long.MaxValue)).Gives("{}");
        Assert.Equal(["0", "-3", "9223372036854775807"], (await HistoryAsync(run)).Ok().Texts("metrics", "step"));
    }

    [Fact]
    public async Task Key_value_and_timestamp_are_required()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, value = 1, timestamp = 1 })).Lacks("key");
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", timestamp = 1 })).Lacks("value");
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = 1 })).Lacks("timestamp");
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = "abc", timestamp = 5 })).IsInvalid(
            "Invalid value \"abc\" for parameter 'value' supplied:  Hint: Value was of type 'str'. See the API docs for more information about request parameters.");
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = "soon" })).IsInvalid();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 5, step = "x" })).IsInvalid();
    }

    [Fact]
    public async Task A_history_is_in_order_of_time_step_and_value_without_duplicates()
    {
        var run = await NewRunAsync();
        (double Value, long Time, long Step)[] logged = [(5, 3, 0), (1, 1, 9), (2, 1, 2), (9, 1, 2), (9, 1, 2), (-1, 1, 2), (7, 2, 0), (5, 3, 0)];
        foreach (var (value, time, step) in logged)
            (await LogAsync(run, value, time, step)).Ok();

        var expected = logged.Distinct().OrderBy(p => p.Time).ThenBy(p => p.Step).ThenBy(p => p.Value).Select(p => Plain(p.Value));
        Assert.Equal(expected, (await HistoryAsync(run)).Ok().Texts("metrics", "value"));
    }

    [Fact]
    public async Task The_latest_is_the_greatest_of_step_time_and_value_whatever_the_order_of_arrival()
    {
        var run = await NewRunAsync();
        (double Value, long Time, long Step)[] logged = [(1, 9, 1), (4, 2, 5), (3, 3, 5), (8, 3, 5), (7, 3, 5), (100, 100, 4), (6, 1, 5)];
        foreach (var (value, time, step) in logged)
            (await LogAsync(run, value, time, step)).Ok();
        (await RunAsync(run)).Gives("""{"run": {"data": {"metrics": [{"key": "m", "value": 8, "timestamp": 3, "step": 5}], "<more>": true}, "<more>": true}}""");
    }

    [Fact]
    public async Task The_latest_of_one_batch_counts_the_same_way()
    {
        var run = await NewRunAsync();
        object[] metrics = [new { key = "m", value = 2, timestamp = 1, step = 3 }, new { key = "m", value = 9, timestamp = 1, step = 3 }, new { key = "m", value = 50, timestamp = 9, step = 1 }];
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics })).Ok();
        Assert.Equal("9", (await RunAsync(run)).Value("run.data.metrics", "m"));
    }

    [Fact]
    public async Task A_history_comes_whole_or_in_pages()
    {
        var run = await NewRunAsync();
        for (var batch = 0; batch < 3; batch++)
        {
            var metrics = Enumerable.Range(batch * 900, 900).Select(i => new { key = "m", value = i % 7, timestamp = i / 10, step = i % 5 });
            (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics })).Ok();
        }

        var whole = (await HistoryAsync(run)).Ok().Omits("next_page_token").List("metrics").Select(m => m.ToJsonString()).ToList();
        var paged = new List<string>();
        (string, object)[] token = [];
        do
        {
            var page = (await Mlflow.GetAsync("metrics/get-history", [("run_id", run), ("metric_key", "m"), ("max_results", 400), .. token])).Ok();
            Assert.True(page.List("metrics").Count <= 400);
            paged.AddRange(page.List("metrics").Select(m => m.ToJsonString()));
            token = page["next_page_token"] is { } next ? [("page_token", next.ToString())] : [];
        }
        while (token.Length > 0);

        Assert.Equal(whole, paged);
        Assert.Equal(Enumerable.Range(0, 2700).Select(i => (i % 7, i / 10, i % 5)).Distinct().Count(), whole.Count);
    }

    [Fact]
    public async Task A_history_is_asked_for_within_bounds()
    {
        var run = await NewRunAsync();
        await LogAsync(run, 1, 1, 1);
        (await Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "none"), ("max_results", 10))).Gives("{}");
        (await Mlflow.GetAsync("metrics/get-history", ("run_uuid", run), ("metric_key", "m"), ("max_results", 25000))).Ok();
        (await Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "m"), ("max_results", -1))).IsInvalid();
        (await Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "m"), ("max_results", 1), ("page_token", "@@"))).IsInvalid();
        (await Mlflow.GetAsync("metrics/get-history", ("run_id", run))).Lacks("metric_key");
        (await Mlflow.GetAsync("metrics/get-history", ("metric_key", "m"))).Lacks("run_id");
    }

    [Fact]
    public async Task Histories_of_a_hundred_runs_come_together_over_a_long_request_line()
    {
        var runs = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            runs.Add(await NewRunAsync());
            await LogAsync(runs[i], i, 1, 0);
            await LogAsync(runs[i], i + 10, 2, 1);
        }

        var asked = runs.Concat(Enumerable.Range(0, 97).Select(i => Plain(i) + Chars(100, '0'))).Select(id => ("run_id", (object)id));
        var query = Wire.QueryOf([.. asked, ("metric_key", "m"), ("max_results", 25000)]);
        Assert.True(query.Length > 10_000);
        var found = (await Mlflow.GetAsync("/ajax-api/2.0/mlflow/metrics/get-history-bulk" + query)).Ok();
        Assert.Equal(6, found.List("metrics").Count);
        Assert.Equal(runs.Order(), found.Texts("metrics", "run_id").Distinct().Order());
        Assert.Equal(["key", "run_id", "step", "timestamp", "value"], found.List("metrics")[0].AsObject().Select(member => member.Key).Order());
        (await Mlflow.GetAsync("/ajax-api/2.0/mlflow/metrics/get-history-bulk", ("metric_key", "m"))).IsInvalid();
        (await Mlflow.GetAsync("/ajax-api/2.0/mlflow/metrics/get-history-bulk" + query + "&run_id=x")).IsInvalid();
        (await Mlflow.GetAsync("/ajax-api/2.0/mlflow/metrics/get-history-bulk", ("run_id", runs[0]))).IsInvalid();
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/metrics/get-history-bulk-interval")]
    [InlineData("/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval")]
    public async Task An_interval_is_sampled_with_its_ends(string path)
    {
        string[] runs = [await NewRunAsync(), await NewRunAsync()];
        foreach (var run in runs)
        {
            var metrics = Enumerable.Range(0, 1000).Select(i => new { key = "m", value = i * 0.5, timestamp = i, step = i });
            (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics })).Ok();
        }

        (string, object)[] asked = [("run_ids", runs[0]), ("run_ids", runs[1]), ("metric_key", "m"), ("start_step", 100), ("end_step", 800), ("max_results", 50)];
        var found = (await Mlflow.GetAsync(path, asked)).Ok();
        foreach (var run in runs)
        {
            var steps = found.List("metrics").Where(m => m["run_id"]!.ToString() == run).Select(m => m["step"]!.GetValue<int>()).ToList();
            Assert.InRange(steps.Count, 25, 55);
            Assert.Equal((100, 800), (steps.Min(), steps.Max()));
            Assert.Equal(steps.Distinct().Order(), steps);
        }

        Assert.All(found.List("metrics"), m => Assert.Equal(m["step"]!.GetValue<int>() * 0.5, m["value"]!.GetValue<double>()));
        var all = (await Mlflow.GetAsync(path, ("run_ids", runs[0]), ("metric_key", "m"), ("max_results", 2500))).Ok();
        Assert.Equal(1000, all.List("metrics").Count);
    }

    [Fact]
    public async Task An_interval_is_asked_for_within_bounds()
    {
        var run = await NewRunAsync();
        const string path = "metrics/get-history-bulk-interval";
        (await Mlflow.GetAsync(path, ("run_ids", run), ("metric_key", "m"), ("max_results", 2500))).Gives("{}");
        (await Mlflow.GetAsync(path, ("run_ids", run), ("metric_key", "m"), ("max_results", 2501))).IsInvalid();
        (await Mlflow.GetAsync(path, ("run_ids", run), ("metric_key", "m"), ("start_step", 5), ("end_step", 1), ("max_results", 5))).IsInvalid();
        (await Mlflow.GetAsync(path, ("metric_key", "m"), ("max_results", 5))).IsInvalid();
        (await Mlflow.GetAsync(path, ("run_ids", run), ("max_results", 5))).IsInvalid();
        (await Mlflow.GetAsync(path, [.. Enumerable.Repeat(("run_ids", (object)run), 101), ("metric_key", "m"), ("max_results", 5)])).IsInvalid();
    }

    private Task<Answer> LogAsync(string run, double value, long timestamp, long step) =>
        Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value, timestamp, step });

    private Task<Answer> HistoryAsync(string run) => Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "m"));
}

public sealed class MetricsOnSqlite(Servers servers) : MetricTests(servers, Store.Sqlite);

public sealed class MetricsOnPostgres(Servers servers) : MetricTests(servers, Store.Postgres);

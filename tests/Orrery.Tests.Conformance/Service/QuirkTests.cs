using System.Net;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>The quirks of MLflow's wire, by their numbers in the facts.</summary>
public abstract class QuirkTests(Servers servers, Store store) : RegistryTest(servers, store)
{
    [Fact]
    public async Task Q01_Numbers_come_as_numbers_and_go_as_numbers_or_texts_and_ids_are_texts()
    {
        var id = await NewExperimentAsync();
        var run = (await Mlflow.PostAsync("runs/create", $$"""{"experiment_id": {{id}}, "start_time": "123"}""")).Ok();
        Assert.Equal(123, run.Number("run.info.start_time"));
        Assert.Equal(id, run.Text("run.info.experiment_id"));
        (await Mlflow.PostAsync("runs/search", $$"""{"experiment_ids": [{{id}}, "0"], "max_results": "5"}""")).Ok();
        (await Mlflow.PostAsync("runs/update", new { run_id = run.Text("run.info.run_id"), end_time = "9007199254740993" })).Ok();
        Assert.Contains("\"end_time\":9007199254740993", (await RunAsync(run.Text("run.info.run_id"))).Body.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q02_Unset_fields_are_omitted_but_some_are_empty()
    {
        var run = (await Mlflow.PostAsync("runs/create", new { experiment_id = "0" })).Ok();
        Assert.Equal(("", "{}"), (run.Text("run.info.user_id"), run["run.inputs"]!.ToJsonString()));
        run.Omits("run.info.end_time", "run.data.metrics", "run.data.params");
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { await NewExperimentAsync() } })).Gives("{}");
        await NewModelAsync();
        var version = (await Mlflow.PostAsync("model-versions/create", new { name = "m", source = "s3://b/x" })).Ok();
        Assert.Equal(("", ""), (version.Text("model_version.description"), version.Text("model_version.run_link")));
        version.Omits("model_version.tags", "model_version.aliases", "model_version.model_id", "model_version.status_message");
    }

    [Fact]
    public async Task Q03_NaN_and_infinities_are_texts_and_are_kept()
    {
        var run = await NewRunAsync();
        foreach (var value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
            (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m" + value.ToString(System.Globalization.CultureInfo.InvariantCulture).Replace("∞", "i", StringComparison.Ordinal), value, timestamp = 1 })).Ok();
        Assert.Equal(["-Infinity", "Infinity", "NaN"], (await RunAsync(run)).Texts("run.data.metrics", "value").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Q04_Errors_have_a_code_a_message_and_the_status_of_the_code()
    {
        (await Mlflow.PostAsync("experiments/create", new { })).Fails(400, "INVALID_PARAMETER_VALUE");
        (await Mlflow.PostAsync("experiments/create", new { name = "Default" })).Fails(400, "RESOURCE_ALREADY_EXISTS");
        (await Mlflow.GetAsync("runs/get", ("run_id", NoRun))).Fails(404, "RESOURCE_DOES_NOT_EXIST");
        (await Mlflow.GetAsync("nothing")).Fails(404, "ENDPOINT_NOT_FOUND");
    }

    [Theory]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/0/none/artifacts/none.txt")]
    [InlineData("/get-artifact?run_uuid=zzz&path=none")]
    [InlineData("experiments/get?experiment_id=99999999999999999999999")]
    [InlineData("experiments/get?experiment_id=-1")]
    [InlineData("experiments/search?max_results=99999999999999999999")]
    [InlineData("metrics/get-history?run_id=x&metric_key=y&max_results=abc")]
    [InlineData("metrics/get-history-bulk-interval?run_ids=x&metric_key=y&start_step=abc&end_step=1&max_results=1")]
    [InlineData("model-versions/get?name=x&version=99999999999999999999999")]
    [InlineData("registered-models/search?max_results=")]
    [InlineData("runs/get?run_id=%00")]
    [InlineData("experiments/get-by-name?experiment_name=%00")]
    public async Task Q05_No_mistake_of_a_caller_is_a_500(string path)
    {
        var answer = await Mlflow.GetAsync(path);
        answer.Check(answer.Status is >= 400 and < 500 and not 408 and not 429, "clients retry 5xx, 408 and 429 for minutes");
        answer.Check(answer["error_code"] is not null, "not in MLflow's shape");
    }

    [Theory]
    [InlineData("""{"name": "n\u0000l"}""")]
    [InlineData("""{"name": "lone \ud800"}""")]
    [InlineData("""{"name": null}""")]
    [InlineData("""{"name": {"a": 1}}""")]
    [InlineData("""{"name": ["a"]}""")]
    [InlineData("""{"name": true}""")]
    [InlineData("""{"name": "a", "tags": "b"}""")]
    [InlineData("""{"name": "a", "tags": [{"key": 1, "value": 2}]}""")]
    [InlineData("""{"name": "a", "tags": [null]}""")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\"\"")]
    public async Task Q05_No_body_is_a_500(string body)
    {
        var answer = await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", body, "application/json");
        answer.Check(answer.Status is 200 or 400, "answered or refused");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("Application/JSON")]
    public async Task Q06_JSON_may_be_called_so_in_several_ways(string type) =>
        (await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", """{"name": "x", "unknown": {"deep": [1]}}""", type)).Ok();

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task Q06_Other_types_are_refused(string? type) =>
        (await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", """{"name": "x"}""", type)).IsInvalid("Bad Request. Content-Type must be one of ['application/json'].");

    [Fact]
    public async Task Q06_A_body_that_is_not_JSON_counts_as_empty_and_a_text_may_hold_JSON()
    {
        (await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", "not json", "application/json")).Lacks("name");
        (await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", "\"{\\\"name\\\": \\\"in a text\\\"}\"", "application/json")).Ok();
        (await Mlflow.GetAsync("experiments/get-by-name", ("experiment_name", "in a text"))).Ok();
    }

    [Fact]
    public async Task Q07_Lists_repeat_their_key_and_enums_are_names_or_numbers()
    {
        await NewExperimentAsync("b");
        await NewExperimentAsync("a");
        foreach (var view in (string[])["ACTIVE_ONLY", "1", "3", "ALL"])
        {
            var found = (await Mlflow.GetAsync("experiments/search", ("max_results", 9), ("order_by", "name DESC"), ("order_by", "experiment_id"), ("view_type", view))).Ok();
            Assert.Equal(["b", "a", "Default"], found.Texts("experiments", "name"));
        }

        var run = await NewRunAsync();
        Assert.Equal("RUNNING", (await Mlflow.PostAsync("runs/update", new { run_id = run, status = "BOGUS" })).Ok().Text("run_info.status"));
        Assert.Equal("KILLED", (await Mlflow.PostAsync("runs/update", new { run_id = run, status = 5 })).Ok().Text("run_info.status"));
    }

    [Fact]
    public async Task Q08_Unknown_paths_and_wrong_methods_are_answered_as_JSON()
    {
        (await Mlflow.GetAsync("/api/2.0/mlflow/no/such")).IsNoEndpoint();
        Assert.Equal("application/json", (await Mlflow.GetAsync("runs/create")).Is(HttpStatusCode.MethodNotAllowed).ContentType);
    }

    [Fact]
    public async Task Q09_A_history_without_a_bound_is_whole_and_keeps_duplicates_once()
    {
        var run = await NewRunAsync();
        for (var i = 0; i < 2; i++)
            await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1, step = 1 });
        (await Mlflow.GetAsync("metrics/get-history", ("run_id", run), ("metric_key", "m"))).Gives("""{"metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 1}]}""");
    }

    [Fact]
    public async Task Q10_Tokens_are_opaque_and_wrong_ones_refused()
    {
        await NewRunAsync();
        await NewRunAsync();
        var first = (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 1 })).Ok();
        Assert.Single((await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 1, page_token = first.Text("next_page_token") })).Ok().List("runs"));
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, page_token = "@@" })).IsInvalid();
    }

    [Fact]
    public async Task Q11_A_run_has_two_ids_and_its_name_and_user_are_tags_too()
    {
        object[] tags = [new { key = "mlflow.user", value = "me" }];
        var run = (await Mlflow.PostAsync("runs/create", new { experiment_id = "0", run_name = "one", user_id = "me", tags })).Ok();
        var id = run.Text("run.info.run_id");
        Assert.Equal(id, run.Text("run.info.run_uuid"));
        Assert.Equal("me", run.Value("run.data.tags", "mlflow.user"));
        Assert.Equal("one", run.Value("run.data.tags", "mlflow.runName"));
        await Mlflow.PostAsync("runs/update", new { run_id = id, run_name = "two" });
        Assert.Equal("two", (await RunAsync(id)).Value("run.data.tags", "mlflow.runName"));
        await Mlflow.PostAsync("runs/set-tag", new { run_id = id, key = "mlflow.runName", value = "three" });
        Assert.Equal("three", (await RunAsync(id)).Text("run.info.run_name"));
    }

    [Fact]
    public async Task Q12_Request_lines_of_14_kB_are_read()
    {
        var query = Wire.QueryOf(("max_results", 5), ("ignored", Chars(14_000)));
        Assert.True(query.Length > 14_000);
        (await Mlflow.GetAsync("experiments/search" + query)).Ok();
    }

    [Fact]
    public async Task Q13_Params_are_written_once_tags_overwrite_and_metrics_append()
    {
        var run = await NewRunAsync();
        object[] pair = [new { key = "k", value = "1" }], other = [new { key = "k", value = "2" }];
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, @params = pair, tags = pair })).Ok();
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, @params = pair, tags = other })).Ok();
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, @params = other })).IsInvalid().Saying("Changing param values is not allowed");
        var after = await RunAsync(run);
        Assert.Equal(("1", "2"), (after.Value("run.data.params", "k"), after.Value("run.data.tags", "k")));
    }

    [Fact]
    public async Task Q14_The_latest_metric_is_the_greatest_not_the_last_to_arrive()
    {
        var run = await NewRunAsync();
        foreach (var (step, value) in ((int, int)[])[(5, 50), (3, 30)])
            await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value, timestamp = 100 - step, step });
        Assert.Equal("50", (await RunAsync(run)).Value("run.data.metrics", "m"));
    }

    [Fact]
    public async Task Q15_Deleted_runs_and_runs_of_deleted_experiments_are_read_and_not_written()
    {
        var id = await NewExperimentAsync();
        var run = await NewRunAsync(id);
        await Mlflow.PostAsync("experiments/delete", new { experiment_id = id });
        (await Mlflow.PostAsync("runs/log-parameter", new { run_id = run, key = "p", value = "1" })).IsInvalid($"The run {run} must be in the 'active' state. Current state is deleted.");
        await RunAsync(run);
        (await Mlflow.PostAsync("runs/delete", new { run_id = run })).IsInvalid();
    }

    [Fact]
    public async Task Q16_Versions_rise_stages_are_canonical_and_a_missing_alias_is_a_400()
    {
        await NewModelAsync();
        Assert.Equal(["1", "2"], [await NewVersionAsync(), await NewVersionAsync()]);
        await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "2" });
        Assert.Equal("3", await NewVersionAsync());
        Assert.Equal("Production", (await MoveAsync("3", "pRoDuCtIoN")).Ok().Text("model_version.current_stage"));
        (await Mlflow.GetAsync("registered-models/alias", ("name", "m"), ("alias", "none"))).IsInvalid("Registered model alias none not found.");
    }

    [Fact]
    public async Task Q17_A_deleted_version_loses_its_aliases()
    {
        await NewModelAsync();
        await NewVersionAsync();
        await AliasAsync("a", "1");
        await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "1" });
        (await ModelAsync()).Ok().Omits("registered_model.aliases");
    }

    [Fact]
    public async Task Q18_Sources_and_roots_that_lead_astray_are_refused()
    {
        await NewModelAsync();
        (await Mlflow.PostAsync("model-versions/create", new { name = "m", source = "/etc" })).IsInvalid(
            "Invalid model version source: '/etc'. To use a local path as a model version source, the run_id request parameter has to be specified "
            + "and the local path has to be contained within the artifact directory of the run specified by the run_id.");
        (await Mlflow.PostAsync("model-versions/create", new { name = "m", source = "mlflow-artifacts:/a/../b" })).IsInvalid(
            "Invalid model version source: 'mlflow-artifacts:/a/../b'. If supplying a source as an http, https, local file path, ftp, objectstore, or "
            + "mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");
        (await Mlflow.PostAsync("experiments/create", new { name = "e", artifact_location = "s3://b/x#y" })).IsInvalid();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/abs")]
    [InlineData("%2e%2e/x")]
    [InlineData("a\\..\\b")]
    [InlineData("a#b")]
    public async Task Q19_Artifact_paths_that_lead_astray_are_invalid(string path) =>
        (await Mlflow.GetAsync("/get-artifact", ("run_id", await NewRunAsync()), ("path", path))).IsInvalid("Invalid path");

    [Fact]
    public async Task Q20_The_default_experiment_is_there_from_the_first_request()
    {
        var first = Elsewhere("new");
        (await first.PostAsync("runs/create", new { experiment_id = "0" })).Ok();
        Assert.Equal(("Default", "mlflow-artifacts:/0"), ((await first.GetAsync("experiments/get", ("experiment_id", "0"))).Text("experiment.name"), (await first.GetAsync("experiments/get", ("experiment_id", "0"))).Text("experiment.artifact_location")));
    }

    [Fact]
    public async Task Q21_What_writes_answers_with_an_empty_object_and_update_with_run_info()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 })).Gives("{}");
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = "t", value = "1" })).Gives("{}");
        (await Mlflow.PostAsync("runs/delete-tag", new { run_id = run, key = "t" })).Gives("{}");
        (await Mlflow.PostAsync("runs/update", new { run_id = run, status = "FAILED" })).Gives("""{"run_info": {"<more>": true, "status": "FAILED"}}""");
        (await Mlflow.PostAsync("runs/delete", new { run_id = run })).Gives("{}");
    }

    [Fact]
    public async Task Q22_Answers_are_JSON_that_no_browser_sniffs_or_frames()
    {
        foreach (var answer in (Answer[])[await Mlflow.GetAsync("experiments/get", ("experiment_id", "0")), await Mlflow.GetAsync("experiments/get"), await Mlflow.GetAsync("nothing")])
        {
            Assert.Equal("application/json", answer.ContentType);
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("SAMEORIGIN", answer.Header("X-Frame-Options"));
        }

        var foreign = await Mlflow.SendAsync(HttpMethod.Get, "experiments/get?experiment_id=0", null, headers => headers.Host = "evil.example");
        foreign.Check(foreign.Status is 400 or 403, "a foreign Host header (DNS rebinding)");
    }
}

public sealed class QuirksOnSqlite(Servers servers) : QuirkTests(servers, Store.Sqlite);

public sealed class QuirksOnPostgres(Servers servers) : QuirkTests(servers, Store.Postgres);

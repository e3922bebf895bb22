using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class RunTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task A_new_run_is_running_and_says_all_that_MLflow_says()
    {
        var id = await NewExperimentAsync();
        var created = await Mlflow.PostAsync("runs/create", new { experiment_id = id, user_id = "me", run_name = "läuft", start_time = 1000, tags = new[] { new { key = "t", value = "v" } } });
        var run = created.Ok().Text("run.info.run_id");

        Assert.Matches("^[0-9a-f]{32}$", run);
        var shape = $$"""
            {"run": {"info": {"run_uuid": "{{run}}", "run_id": "{{run}}", "experiment_id": "{{id}}", "run_name": "läuft", "user_id": "me", "status": "RUNNING",
             "start_time": 1000, "artifact_uri": "mlflow-artifacts:/{{id}}/{{run}}/artifacts", "lifecycle_stage": "active"},
             "data": {"tags": [{"key": "t", "value": "v"}, {"key": "mlflow.runName", "value": "läuft"}]}, "inputs": {} } }
            """;
        created.Gives(shape);
        // MLflow 3 adds an empty "outputs" here; clients read its absence alike.
        (await RunAsync(run)).Gives(shape);
    }

    [Fact]
    public async Task A_run_without_a_name_gets_one()
    {
        var run = (await Mlflow.PostAsync("runs/create", new { experiment_id = "0" })).Ok();
        Assert.Matches("^[a-z]+-[a-z]+-[0-9]+$", run.Text("run.info.run_name"));
        Assert.Equal(run.Text("run.info.run_name"), run.Value("run.data.tags", "mlflow.runName"));
        Assert.Equal("", run.Text("run.info.user_id"));
        run.Omits("run.info.end_time", "run.data.metrics", "run.data.params");
    }

    [Fact]
    public async Task A_name_may_come_as_a_tag_and_must_not_contradict_the_name()
    {
        object[] named = [new { key = "mlflow.runName", value = "tagged" }];
        Assert.Equal("tagged", (await Mlflow.PostAsync("runs/create", new { experiment_id = "0", tags = named })).Ok().Text("run.info.run_name"));
        (await Mlflow.PostAsync("runs/create", new { experiment_id = "0", run_name = "tagged", tags = named })).Ok();
        (await Mlflow.PostAsync("runs/create", new { experiment_id = "0", run_name = "other", tags = named })).IsInvalid();
    }

    [Fact]
    public async Task A_run_needs_an_experiment_that_is_there()
    {
        (await Mlflow.PostAsync("runs/create", new { experiment_id = "99999" })).IsMissing("No Experiment with id=99999 exists");
        (await Mlflow.PostAsync("runs/create", new { experiment_id = 0 })).Ok();
    }

    [Fact]
    public async Task Updating_answers_with_the_info_alone()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 2000, run_name = "renamed" })).Gives($$"""
            {"run_info": {"run_uuid": "{{run}}", "run_id": "{{run}}", "experiment_id": "0", "run_name": "renamed", "user_id": "", "status": "FINISHED",
             "start_time": 1000, "end_time": 2000, "artifact_uri": "mlflow-artifacts:/0/{{run}}/artifacts", "lifecycle_stage": "active"} }
            """);
        Assert.Equal("renamed", (await RunAsync(run)).Value("run.data.tags", "mlflow.runName"));
    }

    [Theory]
    [InlineData("SCHEDULED", "SCHEDULED")]
    [InlineData("FAILED", "FAILED")]
    [InlineData("KILLED", "KILLED")]
    [InlineData(3, "FINISHED")]
    [InlineData(5, "KILLED")]
    [InlineData("BOGUS", "RUNNING")]
    public async Task A_status_is_a_name_or_a_number_and_unknown_names_change_nothing(object status, string now) =>
        Assert.Equal(now, (await Mlflow.PostAsync("runs/update", new { run_id = await NewRunAsync(), status })).Ok().Text("run_info.status"));

    [Fact]
    public async Task What_an_update_does_not_name_stays()
    {
        var run = await NewRunAsync(name: "kept");
        await Mlflow.PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 7 });
        var after = (await Mlflow.PostAsync("runs/update", new { run_id = run, run_name = "" })).Ok();
        Assert.Equal(("kept", "FINISHED", 7), (after.Text("run_info.run_name"), after.Text("run_info.status"), after.Number("run_info.end_time")));
    }

    [Fact]
    public async Task The_run_name_tag_renames_the_run()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = "mlflow.runName", value = "by tag" })).Gives("{}");
        Assert.Equal("by tag", (await RunAsync(run)).Text("run.info.run_name"));
        await Mlflow.PostAsync("runs/log-batch", new { run_id = run, tags = new[] { new { key = "mlflow.runName", value = "by batch" } } });
        Assert.Equal("by batch", (await RunAsync(run)).Text("run.info.run_name"));
    }

    [Fact]
    public async Task Deleting_and_restoring_happen_once()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/restore", new { run_id = run })).IsInvalid($"The run {run} must be in the 'deleted' state. Current state is active.");
        (await Mlflow.PostAsync("runs/delete", new { run_id = run })).Gives("{}");
        (await Mlflow.PostAsync("runs/delete", new { run_id = run })).IsInvalid($"The run {run} must be in the 'active' state. Current state is deleted.");
        Assert.Equal("deleted", (await RunAsync(run)).Text("run.info.lifecycle_stage"));
        (await Mlflow.PostAsync("runs/restore", new { run_id = run })).Gives("{}");
        Assert.Equal("active", (await RunAsync(run)).Text("run.info.lifecycle_stage"));
    }

    public static TheoryData<string, string> Writes => new()
    {
        { "runs/update", """{"status": "FINISHED"}""" },
        { "runs/log-metric", """{"key": "m", "value": 1, "timestamp": 1}""" },
        { "runs/log-parameter", """{"key": "p", "value": "1"}""" },
        { "runs/set-tag", """{"key": "t", "value": "1"}""" },
        { "runs/delete-tag", """{"key": "t"}""" },
        { "runs/log-batch", """{"metrics": [{"key": "m", "value": 1, "timestamp": 1}]}""" },
        { "runs/log-inputs", """{"datasets": [{"dataset": {"name": "d", "digest": "1", "source_type": "s", "source": "s"}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_deleted_run_refuses_writes(string path, string body)
    {
        var run = await NewRunAsync();
        await Mlflow.PostAsync("runs/delete", new { run_id = run });
        (await Mlflow.PostAsync(path, With(body, run))).IsInvalid($"The run {run} must be in the 'active' state. Current state is deleted.");
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_run_that_is_not_there_takes_no_writes(string path, string body)
    {
        (await Mlflow.PostAsync(path, With(body, NoRun))).IsMissing($"Run with id={NoRun} not found");
        (await Mlflow.PostAsync(path, body)).Lacks("run_id");
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_not_found()
    {
        (await Mlflow.GetAsync("runs/get", ("run_id", "zzz"))).IsMissing("Run with id=zzz not found");
        (await Mlflow.GetAsync("runs/get")).Lacks("run_id");
        (await Mlflow.PostAsync("runs/delete", new { run_id = NoRun })).IsMissing($"Run with id={NoRun} not found");
        (await Mlflow.PostAsync("runs/restore", new { run_id = NoRun })).IsMissing($"Run with id={NoRun} not found");
    }

    [Fact]
    public async Task Tags_overwrite_and_are_deleted_once()
    {
        var run = await NewRunAsync();
        await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = "t", value = "1" });
        (await Mlflow.PostAsync("runs/set-tag", new { run_uuid = run, key = "t", value = "zwei ✓" })).Gives("{}");
        Assert.Equal("zwei ✓", (await RunAsync(run)).Value("run.data.tags", "t"));
        (await Mlflow.PostAsync("runs/delete-tag", new { run_id = run, key = "t" })).Gives("{}");
        Assert.Null((await RunAsync(run)).Value("run.data.tags", "t"));
        (await Mlflow.PostAsync("runs/delete-tag", new { run_id = run, key = "t" })).IsMissing($"No tag with name: t in run with id {run}");
    }

    [Fact]
    public async Task A_model_logged_by_a_2x_client_lands_in_the_tag_of_models()
    {
        var run = await NewRunAsync();
        object Model(string path) => new { run_id = run, model_json = $$"""{"artifact_path": "{{path}}", "run_id": "{{run}}", "utc_time_created": "2026-01-01", "flavors": {"sklearn": {} } }""" };
        (await Mlflow.PostAsync("runs/log-model", Model("one"))).Gives("{}");
        (await Mlflow.PostAsync("runs/log-model", Model("two"))).Gives("{}");
        var history = System.Text.Json.Nodes.JsonNode.Parse((await RunAsync(run)).Value("run.data.tags", "mlflow.log-model.history")!)!.AsArray();
        Assert.Equal(["one", "two"], history.Select(model => model!["artifact_path"]!.ToString()));
        (await Mlflow.PostAsync("runs/log-model", new { run_id = run, model_json = "no json" })).IsInvalid();
    }

    private static string With(string body, string run) => $$"""{"run_id": "{{run}}", {{body[1..]}}""";
}

public sealed class RunsOnSqlite(Servers servers) : RunTests(servers, Store.Sqlite);

public sealed class RunsOnPostgres(Servers servers) : RunTests(servers, Store.Postgres);

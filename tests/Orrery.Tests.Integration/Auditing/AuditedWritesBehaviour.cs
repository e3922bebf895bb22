using Xunit;

namespace Orrery.Tests.Integration;

public sealed class AuditedWritesOnSqlite(AuditedOnSqlite server) : AuditedWritesBehaviour(server), IClassFixture<AuditedOnSqlite>;

public sealed class AuditedWritesOnPostgres(AuditedOnPostgres server) : AuditedWritesBehaviour(server), IClassFixture<AuditedOnPostgres>;

/// <summary>Every write leaves its entry; a refused one, a repetition that changes nothing and a read leave none.</summary>
public abstract class AuditedWritesBehaviour(AuditedServer server)
{
    private const string Mlflow = "/api/2.0/mlflow/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_of_experiments()
    {
        var id = await ExperimentAsync("written");
        var on = $"\"experiment_id\":\"{id}\"";

        await WrittenAsync("POST", "experiments/update", $$"""{ {{on}},"new_name":"renamed"}""", "experiment.rename");
        await WrittenAsync("POST", "experiments/update", $$"""{ {{on}},"new_name":"renamed"}""");
        await WrittenAsync("POST", "experiments/set-experiment-tag", $$"""{ {{on}},"key":"k","value":"v"}""", "experiment.tag.set");
        await WrittenAsync("POST", "experiments/set-experiment-tag", $$"""{ {{on}},"key":"k","value":"v"}""");
        await WrittenAsync("POST", "experiments/delete-experiment-tag", $$"""{ {{on}},"key":"k"}""", "experiment.tag.delete");
        await WrittenAsync("POST", "experiments/delete", $$"""{ {{on}} }""", "experiment.delete");
        await WrittenAsync("POST", "experiments/restore", $$"""{ {{on}} }""", "experiment.restore");

        await RefusedAsync("POST", "experiments/create", """{"name":"renamed"}""");
        await RefusedAsync("POST", "experiments/restore", $$"""{ {{on}} }""");
        await RefusedAsync("POST", "experiments/delete-experiment-tag", $$"""{ {{on}},"key":"k"}""");
        await WrittenAsync("GET", $"experiments/get?experiment_id={id}", body: null);
        await WrittenAsync("POST", "experiments/search", """{"max_results":10}""");
    }

    [Fact]
    public async Task Writes_of_runs()
    {
        var id = await RunAsync(await ExperimentAsync("runs"));
        var on = $"\"run_id\":\"{id}\"";

        await WrittenAsync("POST", "runs/log-metric", $$"""{ {{on}},"key":"m","value":1,"timestamp":1}""", "run.log");
        await WrittenAsync("POST", "runs/log-parameter", $$"""{ {{on}},"key":"p","value":"1"}""", "run.log");
        await WrittenAsync("POST", "runs/log-parameter", $$"""{ {{on}},"key":"p","value":"1"}""");
        await WrittenAsync("POST", "runs/set-tag", $$"""{ {{on}},"key":"t","value":"1"}""", "run.log");
        await WrittenAsync("POST", "runs/delete-tag", $$"""{ {{on}},"key":"t"}""", "run.tag.delete");
        await WrittenAsync("POST", "runs/log-batch",
            $$"""{ {{on}},"metrics":[{"key":"m","value":2,"timestamp":2},{"key":"n","value":"NaN","timestamp":2}],"params":[{"key":"q","value":"2"}]}""", "run.log");
        await WrittenAsync("POST", "runs/log-inputs",
            $$"""{ {{on}},"datasets":[{"dataset":{"name":"d","digest":"1","source_type":"local","source":"x"} }]}""", "run.log-inputs");
        await WrittenAsync("POST", "runs/outputs", $$"""{ {{on}},"models":[{"model_id":"m-1","step":1}]}""", "run.log-outputs");
        await WrittenAsync("POST", "runs/log-model",
            $$"""{ {{on}},"model_json":"{\"artifact_path\":\"a\",\"flavors\":{},\"run_id\":\"r\",\"utc_time_created\":\"t\"}"}""", "run.log-model");
        await WrittenAsync("PUT", $"/api/v1/runs/{id}/environment", """{"runtime":"python"}""", "run.environment.set");
        await WrittenAsync("POST", "runs/update", $$"""{ {{on}},"run_name":"other"}""", "run.update");
        await WrittenAsync("POST", "runs/update", $$"""{ {{on}},"status":"FINISHED","end_time":5}""", "run.end");
        await WrittenAsync("POST", "runs/update", $$"""{ {{on}},"status":"FINISHED","end_time":5}""");
        await WrittenAsync("POST", "runs/delete", $$"""{ {{on}} }""", "run.delete");

        await RefusedAsync("POST", "runs/log-metric", $$"""{ {{on}},"key":"m","value":1,"timestamp":1}""");
        await RefusedAsync("POST", "runs/create", """{"experiment_id":"77777"}""");
        await WrittenAsync("POST", "runs/restore", $$"""{ {{on}} }""", "run.restore");
        await RefusedAsync("POST", "runs/log-batch", $$"""{ {{on}},"metrics":[{"key":"m","value":3,"timestamp":3}],"params":[{"key":"p","value":"other"}]}""");
        await RefusedAsync("POST", "runs/delete-tag", $$"""{ {{on}},"key":"t"}""");
        await WrittenAsync("GET", $"runs/get?run_id={id}", body: null);
        await WrittenAsync("GET", $"metrics/get-history?run_id={id}&metric_key=m", body: null);
        await WrittenAsync("POST", "runs/search", """{"experiment_ids":["0"]}""");
    }

    [Fact]
    public async Task Writes_of_logged_models_and_artifacts()
    {
        var experiment = await ExperimentAsync("models");
        var made = await WrittenAsync("POST", "logged-models", $$"""{"experiment_id":"{{experiment}}","name":"n"}""", "logged-model.create");
        var model = $"logged-models/{made.Json["model"]!["info"]!["model_id"]}";

        await WrittenAsync("PATCH", model, """{"status":"LOGGED_MODEL_READY"}""", "logged-model.finalize");
        await WrittenAsync("PATCH", model, """{"status":"LOGGED_MODEL_READY"}""");
        await WrittenAsync("PATCH", model + "/tags", """{"tags":[{"key":"k","value":"v"}]}""", "logged-model.tag.set");
        await WrittenAsync("PATCH", model + "/tags", """{"tags":[{"key":"k","value":"v"}]}""");
        await WrittenAsync("DELETE", model + "/tags/k", body: null, "logged-model.tag.delete");
        await WrittenAsync("POST", model + "/params", """{"params":[{"key":"k","value":"v"}]}""", "logged-model.param.set");
        await RefusedAsync("DELETE", model + "/tags/k", body: null);
        await WrittenAsync("GET", model, body: null);
        await WrittenAsync("DELETE", model, body: null, "logged-model.delete");
        await RefusedAsync("DELETE", model, body: null);

        var file = $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/a.txt";
        await WrittenAsync("PUT", file, "one", "artifact.upload");
        await WrittenAsync("PUT", file, "one");
        await WrittenAsync("PUT", file, "two", "artifact.upload");
        await WrittenAsync("GET", file, body: null);
        await WrittenAsync("DELETE", file, body: null, "artifact.delete");
        await RefusedAsync("DELETE", file, body: null);
    }

    [Fact]
    public async Task Writes_of_evaluation_datasets_and_scorers()
    {
        var experiment = await ExperimentAsync("evaluated");
        var other = await ExperimentAsync("evaluated too");
        const string Datasets = "/api/3.0/mlflow/datasets/";
        var made = await WrittenAsync("POST", Datasets + "create", $$"""{"name":"d","experiment_ids":["{{experiment}}"]}""", "evaluation-dataset.create");
        var dataset = Datasets + made.Json["dataset"]!["dataset_id"];

        await WrittenAsync("PATCH", dataset + "/tags", """{"tags":"{\"k\":\"v\"}"}""", "evaluation-dataset.tag.set");
        await WrittenAsync("PATCH", dataset + "/tags", """{"tags":"{\"k\":\"v\"}"}""");
        await WrittenAsync("DELETE", dataset + "/tags/k", body: null, "evaluation-dataset.tag.delete");
        await WrittenAsync("DELETE", dataset + "/tags/k", body: null);
        await WrittenAsync("POST", dataset + "/records", """{"records":"[{\"inputs\":{\"q\":1}}]"}""", "evaluation-dataset.records.write");
        await WrittenAsync("POST", dataset + "/add-experiments", $$"""{"experiment_ids":["{{other}}"]}""", "evaluation-dataset.link");
        await WrittenAsync("POST", dataset + "/add-experiments", $$"""{"experiment_ids":["{{other}}"]}""");
        await WrittenAsync("POST", dataset + "/remove-experiments", $$"""{"experiment_ids":["{{other}}"]}""", "evaluation-dataset.unlink");
        await WrittenAsync("GET", dataset, body: null);
        await WrittenAsync("DELETE", dataset, body: null, "evaluation-dataset.delete");
        await WrittenAsync("DELETE", dataset, body: null);
        await RefusedAsync("POST", dataset + "/records", """{"records":"[{\"inputs\":{\"q\":1}}]"}""");

        const string Scorers = "/api/3.0/mlflow/scorers/";
        var scorer = $$"""{"experiment_id":"{{experiment}}","name":"s","serialized_scorer":"{}"}""";
        await WrittenAsync("POST", Scorers + "register", scorer, "scorer.register");
        await WrittenAsync("POST", Scorers + "register", scorer, "scorer.register");
        await WrittenAsync("DELETE", Scorers + $"delete?experiment_id={experiment}&name=s&version=1", body: null, "scorer.delete");
        await WrittenAsync("DELETE", Scorers + $"delete?experiment_id={experiment}&name=s", body: null, "scorer.delete");
        await RefusedAsync("DELETE", Scorers + $"delete?experiment_id={experiment}&name=s", body: null);
    }

    [Fact]
    public async Task Writes_of_the_registry()
    {
        await WrittenAsync("POST", "registered-models/create", """{"name":"churn"}""", "model.create");
        await WrittenAsync("PATCH", "registered-models/update", """{"name":"churn","description":"d"}""", "model.update");
        await WrittenAsync("PATCH", "registered-models/update", """{"name":"churn","description":"d"}""");
        await WrittenAsync("POST", "registered-models/set-tag", """{"name":"churn","key":"k","value":"v"}""", "model.tag.set");
        await WrittenAsync("POST", "registered-models/set-tag", """{"name":"churn","key":"k","value":"v"}""");
        await WrittenAsync("DELETE", "registered-models/delete-tag?name=churn&key=k", body: null, "model.tag.delete");
        await WrittenAsync("DELETE", "registered-models/delete-tag?name=churn&key=k", body: null);
        await WrittenAsync("POST", "model-versions/create", """{"name":"churn","source":"s3://bucket/one"}""", "model.version.create");
        await WrittenAsync("POST", "model-versions/create", """{"name":"churn","source":"s3://bucket/two"}""", "model.version.create");
        await WrittenAsync("PATCH", "model-versions/update", """{"name":"churn","version":"1","description":"d"}""", "model.version.update");
        await WrittenAsync("POST", "model-versions/set-tag", """{"name":"churn","version":"1","key":"k","value":"v"}""", "model.version.tag.set");
        await WrittenAsync("DELETE", "model-versions/delete-tag?name=churn&version=1&key=k", body: null, "model.version.tag.delete");
        await WrittenAsync("POST", "model-versions/transition-stage", Stage("1"), "model.version.stage");
        await WrittenAsync("POST", "model-versions/transition-stage", Stage("1"));
        await WrittenAsync("POST", "model-versions/transition-stage", Stage("2"), "model.version.stage", "model.version.stage");
        await WrittenAsync("POST", "registered-models/alias", """{"name":"churn","alias":"best","version":"1"}""", "model.alias.set");
        await WrittenAsync("POST", "registered-models/alias", """{"name":"churn","alias":"best","version":"1"}""");
        await WrittenAsync("DELETE", "registered-models/alias?name=churn&alias=best", body: null, "model.alias.delete");
        await WrittenAsync("DELETE", "model-versions/delete?name=churn&version=1", body: null, "model.version.delete");

        await RefusedAsync("POST", "registered-models/create", """{"name":"churn"}""");
        await RefusedAsync("POST", "model-versions/create", """{"name":"nobody","source":"s3://bucket/one"}""");
        await RefusedAsync("DELETE", "model-versions/delete?name=churn&version=1", body: null);
        await WrittenAsync("GET", "registered-models/get?name=churn", body: null);
        await WrittenAsync("GET", "model-versions/search", body: null);
        await WrittenAsync("POST", "registered-models/rename", """{"name":"churn","new_name":"stay"}""", "model.rename");
        await WrittenAsync("DELETE", "registered-models/delete?name=stay", body: null, "model.delete", "model.version.delete");
    }

    [Fact]
    public async Task Writes_of_webhooks_imports_and_jobs()
    {
        var made = await WrittenAsync("POST", "webhooks",
            """{"name":"w","url":"https://hook.invalid/x","events":[{"entity":"REGISTERED_MODEL","action":"CREATED"}]}""", "webhook.create");
        var webhook = $"webhooks/{made.Json["webhook"]!["webhook_id"]}";
        await WrittenAsync("PATCH", webhook, """{"name":"other"}""", "webhook.update");
        await WrittenAsync("PATCH", webhook, """{"name":"other"}""");
        await WrittenAsync("POST", webhook + "/test", "{}", "webhook.test");
        await WrittenAsync("GET", webhook, body: null);
        await WrittenAsync("DELETE", webhook, body: null, "webhook.delete");
        await RefusedAsync("DELETE", webhook, body: null);

        const string Experiment = """{"source":"elsewhere","experiment":{"experiment_id":"5","name":"brought","tags":[{"key":"k","value":"v"}]}}""";
        await WrittenAsync("POST", "/api/v1/import/experiments", Experiment, "experiment.import");
        await WrittenAsync("POST", "/api/v1/gc", """{"older_than":"P30D","dry_run":true}""", "gc.request");
    }

    [Fact]
    public async Task An_import_and_what_becomes_of_it()
    {
        var experiment = await ExperimentAsync("imported into");
        var id = Foreign.NewId();
        var run = $$"""
            {"source":"elsewhere","run":{"info":{"run_id":"{{id}}","experiment_id":"{{experiment}}","status":"FINISHED","start_time":1,"end_time":2,"lifecycle_stage":"active"},
            "data":{"params":[{"key":"p","value":"1"}]} } }
            """;
        var metrics = """{"source":"elsewhere","metrics":[{"key":"m","value":1,"timestamp":1,"step":0}]}""";

        await WrittenAsync("POST", "/api/v1/import/runs", run, "run.import.open");
        await WrittenAsync("POST", $"/api/v1/import/runs/{id}/metrics", metrics, "run.import.log");
        await WrittenAsync("POST", $"/api/v1/import/runs/{id}/metrics", metrics);
        await WrittenAsync("POST", $"/api/v1/import/runs/{id}/complete", """{"source":"elsewhere","expected":{"params":1}}""", "run.import.complete");
        await WrittenAsync("POST", $"/api/v1/import/runs/{id}/complete", """{"source":"elsewhere","expected":{"params":1}}""");
        await RefusedAsync("DELETE", $"/api/v1/import/runs/{id}?source=elsewhere", body: null);

        const string Model = """{"source":"elsewhere","model":{"name":"brought","tags":[{"key":"k","value":"v"}],"creation_timestamp":1,"last_updated_timestamp":1}}""";
        await WrittenAsync("POST", "/api/v1/import/registered-models", Model, "model.create", "model.import");
        await WrittenAsync("POST", "/api/v1/import/registered-models", Model);
    }

    private static string Stage(string version) =>
        $$"""{"name":"churn","version":"{{version}}","stage":"Production","archive_existing_versions":true}""";

    private async Task<string> ExperimentAsync(string name) =>
        (string)(await WrittenAsync("POST", "experiments/create", $$"""{"name":"{{name}}"}""", "experiment.create")).Json["experiment_id"]!;

    private async Task<string> RunAsync(string experiment) =>
        (string)(await WrittenAsync("POST", "runs/create", $$"""{"experiment_id":"{{experiment}}"}""", "run.create")).Json["run"]!["info"]!["run_id"]!;

    private async Task<AuditedCall> WrittenAsync(string method, string path, string? body, params string[] actions)
    {
        var call = await server.CallAsync(method, Whole(path), body, Cancel);
        Assert.True(call.Succeeded, $"{method} {path}: {call.Text}");
        Assert.True(actions.SequenceEqual(call.Actions), $"{method} {path} wrote '{string.Join(' ', call.Actions)}' and should write '{string.Join(' ', actions)}'.");
        return call;
    }

    private async Task RefusedAsync(string method, string path, string? body)
    {
        var call = await server.CallAsync(method, Whole(path), body, Cancel);
        Assert.False(call.Succeeded, $"{method} {path} was not refused: {call.Text}");
        Assert.True(call.Actions.Count == 0, $"{method} {path} was refused and wrote '{string.Join(' ', call.Actions)}'.");
    }

    private static string Whole(string path) => path.StartsWith('/') ? path : Mlflow + path;
}

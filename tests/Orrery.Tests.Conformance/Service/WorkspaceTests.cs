using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Two workspaces hold the same names and ids and never see each other, by whatever door one reads.</summary>
public abstract class WorkspaceTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task Equal_names_and_ids_live_side_by_side()
    {
        var other = Elsewhere("b");
        var mine = await FillAsync(Mlflow, "mine");
        var theirs = await FillAsync(other, "theirs");

        Assert.Equal(mine.Experiment, theirs.Experiment);
        Assert.Equal("mine", (await Mlflow.GetAsync("experiments/get", ("experiment_id", mine.Experiment))).Ok().Value("experiment.tags", "of"));
        Assert.Equal("theirs", (await other.GetAsync("experiments/get-by-name", ("experiment_name", "same"))).Ok().Value("experiment.tags", "of"));
        Assert.Equal("mine", (await Mlflow.GetAsync("registered-models/get", ("name", "same"))).Ok().Value("registered_model.tags", "of"));
        Assert.Equal("s3://bucket/theirs", (await other.GetAsync("model-versions/get", ("name", "same"), ("version", "1"))).Ok().Text("model_version.source"));
        Assert.Equal("s3://bucket/mine", (await Mlflow.GetAsync("registered-models/alias", ("name", "same"), ("alias", "a"))).Ok().Text("model_version.source"));
        Assert.Equal([mine.Run], (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { mine.Experiment } })).Ok().Texts("runs", "info.run_id"));
        Assert.Equal([theirs.Model], (await other.PostAsync("logged-models/search", new { experiment_ids = new[] { mine.Experiment } })).Ok().Texts("models", "info.model_id"));
    }

    [Fact]
    public async Task What_is_in_one_workspace_is_not_read_or_written_from_another()
    {
        var mine = await FillAsync(Mlflow, "mine");
        var other = Elsewhere("b");
        await other.PostAsync("experiments/create", new { name = "to have the same id" });

        (await other.GetAsync("runs/get", ("run_id", mine.Run))).IsMissing($"Run with id={mine.Run} not found");
        (await other.GetAsync("metrics/get-history", ("run_id", mine.Run), ("metric_key", "m"))).IsMissing();
        foreach (var path in (string[])["/ajax-api/2.0/mlflow/metrics/get-history-bulk", "/api/2.0/mlflow/metrics/get-history-bulk-interval"])
        {
            var history = await other.GetAsync(path, ("run_id", mine.Run), ("run_ids", mine.Run), ("metric_key", "m"), ("max_results", 10));
            history.Check(history.Status == 404 || history.List("metrics").Count == 0, "a history of another workspace");
        }

        (await other.PostAsync("runs/search", new { experiment_ids = new[] { "0", mine.Experiment }, run_view_type = "ALL" })).Gives("{}");
        (await other.PostAsync("runs/search", new { experiment_ids = new[] { mine.Experiment }, filter = $"run_id IN ('{mine.Run}')" })).Gives("{}");
        (await other.GetAsync("artifacts/list", ("run_id", mine.Run))).IsMissing();
        (await other.GetAsync("/get-artifact", ("run_id", mine.Run), ("path", "a.txt"))).IsMissing();
        (await other.GetAsync($"/api/2.0/mlflow-artifacts/artifacts/{mine.Experiment}/{mine.Run}/artifacts/a.txt")).IsMissing();
        (await other.GetAsync("/api/2.0/mlflow-artifacts/artifacts", ("path", $"{mine.Experiment}/{mine.Run}/artifacts"))).Gives("{}");
        (await other.GetAsync($"logged-models/{mine.Model}")).IsMissing();
        (await other.PostAsync("logged-models/search", new { experiment_ids = new[] { "0", mine.Experiment } })).Gives("{}");
        (await other.PostAsync("/ajax-api/2.0/mlflow/experiments/search-datasets", new { experiment_ids = new[] { mine.Experiment } })).Gives("{}");
        (await other.GetAsync("registered-models/get", ("name", "same"))).IsMissing();
        (await other.GetAsync("registered-models/search")).Gives("{}");
        (await other.GetAsync("model-versions/search")).Gives("{}");
        (await other.GetAsync("model-versions/search", ("filter", $"run_id IN ('{mine.Run}')"))).Gives("{}");
        (await other.GetAsync("/model-versions/get-artifact", ("name", "same"), ("version", "1"), ("path", "a"))).IsMissing();
        Assert.DoesNotContain("same", (await other.PostAsync("experiments/search", new { max_results = 100, view_type = "ALL" })).Ok().Texts("experiments", "name"));

        (await other.PostAsync("runs/set-tag", new { run_id = mine.Run, key = "k", value = "v" })).IsMissing();
        (await other.PostAsync("runs/log-metric", new { run_id = mine.Run, key = "m", value = 1, timestamp = 1 })).IsMissing();
        (await other.PostAsync("runs/delete", new { run_id = mine.Run })).IsMissing();
        (await other.DeleteAsync($"logged-models/{mine.Model}")).IsMissing();
        (await other.DeleteAsync("registered-models/delete", new { name = "same" })).IsMissing();
        await other.DeleteAsync($"/api/2.0/mlflow-artifacts/artifacts/{mine.Experiment}/{mine.Run}/artifacts/a.txt");
        Assert.Equal("mine", (await Mlflow.GetAsync("/get-artifact", ("run_id", mine.Run), ("path", "a.txt"))).Ok().Body);
    }

    [Fact]
    public async Task The_same_artifact_path_holds_other_bytes_elsewhere()
    {
        var other = Elsewhere("b");
        const string path = "/api/2.0/mlflow-artifacts/artifacts/0/shared/artifacts/a.txt";
        (await Mlflow.PutAsync(path, "mine"u8.ToArray())).Ok();
        (await other.GetAsync(path)).IsMissing();
        (await other.PutAsync(path, "theirs"u8.ToArray())).Ok();
        Assert.Equal("mine", (await Mlflow.GetAsync(path)).Ok().Body);
        Assert.Equal("theirs", (await other.GetAsync(path)).Ok().Body);
    }

    [Fact]
    public async Task Without_a_prefix_one_is_in_the_default_workspace()
    {
        var name = $"bare {Mlflow.Prefix}";
        (await Bare().PostAsync("experiments/create", new { name })).Ok();
        Assert.Equal(name, (await new Wire(Server.Client, "/w/default").GetAsync("experiments/get-by-name", ("experiment_name", name))).Ok().Text("experiment.name"));
        (await Mlflow.GetAsync("experiments/get-by-name", ("experiment_name", name))).IsMissing();
    }

    [Fact]
    public async Task Every_workspace_has_its_default_experiment_and_serves_health_and_version()
    {
        foreach (var wire in (Wire[])[Bare(), Mlflow, Elsewhere("b")])
        {
            Assert.Equal("Default", (await wire.GetAsync("experiments/get", ("experiment_id", "0"))).Ok().Text("experiment.name"));
            Assert.Equal("OK", (await wire.GetAsync("/health")).Ok().Body);
            Assert.StartsWith("3.", (await wire.GetAsync("/version")).Ok().Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("UPPER CASE")]
    [InlineData("a%2Fb")]
    [InlineData("%00")]
    [InlineData("ü")]
    public async Task A_name_that_no_workspace_can_have_is_refused_in_MLflows_shape(string name)
    {
        var answer = await new Wire(Server.Client, "/w/" + name).GetAsync("experiments/get", ("experiment_id", "0"));
        answer.Check(answer.Status is 400 or 404, "a workspace of that name");
    }

    private static async Task<(string Experiment, string Run, string Model)> FillAsync(Wire wire, string of)
    {
        object[] tags = [new { key = "of", value = of }];
        var experiment = (await wire.PostAsync("experiments/create", new { name = "same", tags })).Ok().Text("experiment_id");
        var run = (await wire.PostAsync("runs/create", new { experiment_id = experiment, run_name = "same" })).Ok().Text("run.info.run_id");
        object[] metrics = [new { key = "m", value = 1, timestamp = 1 }];
        (await wire.PostAsync("runs/log-batch", new { run_id = run, metrics })).Ok();
        object[] datasets = [new { dataset = new { name = "d", digest = "1", source_type = "s", source = "s" } }];
        (await wire.PostAsync("runs/log-inputs", new { run_id = run, datasets })).Ok();
        (await wire.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/a.txt", System.Text.Encoding.UTF8.GetBytes(of))).Ok();
        var model = (await wire.PostAsync("logged-models", new { experiment_id = experiment, name = "same" })).Ok().Text("model.info.model_id");
        (await wire.PostAsync("registered-models/create", new { name = "same", tags })).Ok();
        (await wire.PostAsync("model-versions/create", new { name = "same", source = "s3://bucket/" + of, run_id = run })).Ok();
        (await wire.PostAsync("registered-models/alias", new { name = "same", alias = "a", version = "1" })).Ok();
        return (experiment, run, model);
    }
}

public sealed class WorkspacesOnSqlite(Servers servers) : WorkspaceTests(servers, Store.Sqlite);

public sealed class WorkspacesOnPostgres(Servers servers) : WorkspaceTests(servers, Store.Postgres);

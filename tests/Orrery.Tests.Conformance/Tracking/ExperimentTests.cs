using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class ExperimentTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task A_new_experiment_has_an_id_of_digits_and_an_artifact_root_below_it()
    {
        var id = (await Mlflow.PostAsync("experiments/create", new { name = "α/β \"γ\" 🚀", tags = new[] { new { key = "a", value = "ü" } } })).Ok().Text("experiment_id");

        Assert.Matches("^[0-9]+$", id);
        (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Gives($$"""
            {"experiment": {"experiment_id": "{{id}}", "name": "α/β \"γ\" 🚀", "artifact_location": "mlflow-artifacts:/{{id}}",
             "lifecycle_stage": "active", "last_update_time": "<number>", "creation_time": "<number>", "tags": [{"key": "a", "value": "ü"}]} }
            """);
    }

    [Fact]
    public async Task A_name_is_found_as_written_alone_and_also_when_its_experiment_is_deleted()
    {
        var id = await NewExperimentAsync("Name");
        (await Mlflow.PostAsync("experiments/delete", new { experiment_id = id })).Gives("{}");

        var found = (await Mlflow.GetAsync("experiments/get-by-name", ("experiment_name", "Name"))).Ok();
        Assert.Equal(id, found.Text("experiment.experiment_id"));
        Assert.Equal("deleted", found.Text("experiment.lifecycle_stage"));
        (await Mlflow.GetAsync("experiments/get-by-name", ("experiment_name", "name"))).IsMissing("Could not find experiment with name 'name'");
        (await Mlflow.GetAsync("experiments/get-by-name")).Lacks("experiment_name");
    }

    [Fact]
    public async Task A_name_is_taken_even_by_a_deleted_experiment()
    {
        var id = await NewExperimentAsync("once");
        (await Mlflow.PostAsync("experiments/create", new { name = "once" })).Fails(400, "RESOURCE_ALREADY_EXISTS", "Experiment(name=once) already exists.");
        await Mlflow.PostAsync("experiments/delete", new { experiment_id = id });
        (await Mlflow.PostAsync("experiments/create", new { name = "once" })).Fails(400, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_name_may_have_500_characters()
    {
        (await Mlflow.PostAsync("experiments/create", new { name = Chars(500) })).Ok();
        (await Mlflow.PostAsync("experiments/create", new { name = Chars(501) })).IsInvalid().Saying("'name' exceeds the maximum length of 500 characters");
        (await Mlflow.PostAsync("experiments/create", new { name = "" })).Lacks("name");
    }

    [Theory]
    [InlineData("s3://bucket/a b/ü")]
    [InlineData("gs://bucket/p")]
    [InlineData("abfss://c@a.dfs.core.windows.net/p")]
    public async Task A_root_elsewhere_is_handed_through_untouched(string root)
    {
        var id = (await Mlflow.PostAsync("experiments/create", new { name = "e", artifact_location = root })).Ok().Text("experiment_id");

        Assert.Equal(root, (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Ok().Text("experiment.artifact_location"));
        var run = (await Mlflow.PostAsync("runs/create", new { experiment_id = id })).Ok();
        Assert.Equal($"{root}/{run.Text("run.info.run_id")}/artifacts", run.Text("run.info.artifact_uri"));
    }

    [Theory]
    [InlineData("s3://bucket/p#fragment")]
    [InlineData("mlflow-artifacts:/p;params")]
    [InlineData("mlflow-artifacts:/p?x=../../etc")]
    [InlineData("mlflow-artifacts:/../p")]
    [InlineData("mlflow-artifacts:/%2e%2e/p")]
    public async Task A_root_that_leads_astray_is_refused(string root) =>
        (await Mlflow.PostAsync("experiments/create", new { name = "e", artifact_location = root })).IsInvalid();

    [Fact]
    public async Task Renaming_changes_the_name_and_the_time_alone()
    {
        var id = await NewExperimentAsync("old");
        await NewExperimentAsync("taken");
        var before = (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Ok();

        (await Mlflow.PostAsync("experiments/update", new { experiment_id = id, new_name = "new" })).Gives("{}");

        var after = (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Ok();
        Assert.Equal("new", after.Text("experiment.name"));
        Assert.Equal(before.Number("experiment.creation_time"), after.Number("experiment.creation_time"));
        Assert.True(after.Number("experiment.last_update_time") >= before.Number("experiment.last_update_time"));
        (await Mlflow.PostAsync("experiments/update", new { experiment_id = id, new_name = "taken" })).Fails(400, "RESOURCE_ALREADY_EXISTS");
        (await Mlflow.PostAsync("experiments/update", new { experiment_id = "99999", new_name = "x" })).IsMissing("No Experiment with id=99999 exists");
        (await Mlflow.PostAsync("experiments/update", new { new_name = "x" })).Lacks("experiment_id");
    }

    [Fact]
    public async Task A_deleted_experiment_is_renamed_no_more()
    {
        var id = await NewExperimentAsync("old");
        await Mlflow.PostAsync("experiments/delete", new { experiment_id = id });
        var refused = await Mlflow.PostAsync("experiments/update", new { experiment_id = id, new_name = "x" });
        refused.Check(refused.Status == 400, "a user's mistake is a 400: MLflow answers 500 here, and its clients hang");
    }

    [Fact]
    public async Task Deleting_takes_the_runs_along_and_restoring_brings_them_back()
    {
        var id = await NewExperimentAsync();
        var run = await NewRunAsync(id);

        (await Mlflow.PostAsync("experiments/delete", new { experiment_id = id })).Gives("{}");
        Assert.Equal("deleted", (await RunAsync(run)).Text("run.info.lifecycle_stage"));
        var again = await Mlflow.PostAsync("experiments/delete", new { experiment_id = id });
        again.Check(again.Status is 400 or 404, "deleting twice is a mistake of the caller");

        (await Mlflow.PostAsync("experiments/restore", new { experiment_id = id })).Gives("{}");
        Assert.Equal("active", (await RunAsync(run)).Text("run.info.lifecycle_stage"));
        var restored = await Mlflow.PostAsync("experiments/restore", new { experiment_id = id });
        restored.Check(restored.Status is 400 or 404, "restoring what is not deleted is a mistake of the caller");
    }

    [Fact]
    public async Task A_deleted_experiment_takes_no_runs_and_no_tags()
    {
        var id = await NewExperimentAsync();
        await Mlflow.PostAsync("experiments/delete", new { experiment_id = id });

        (await Mlflow.PostAsync("runs/create", new { experiment_id = id })).IsInvalid();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = "a", value = "b" })).IsInvalid();
    }

    [Fact]
    public async Task Tags_are_set_overwritten_and_deleted()
    {
        var id = await NewExperimentAsync();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = "a", value = "1" })).Gives("{}");
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = "a", value = "2" })).Gives("{}");
        var set = (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Ok();
        Assert.Equal("2", set.Value("experiment.tags", "a"));

        (await Mlflow.PostAsync("experiments/delete-experiment-tag", new { experiment_id = id, key = "a" })).Gives("{}");
        (await Mlflow.GetAsync("experiments/get", ("experiment_id", id))).Ok().Omits("experiment.tags");
        (await Mlflow.PostAsync("experiments/delete-experiment-tag", new { experiment_id = id, key = "a" })).IsMissing();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = "99999", key = "a", value = "1" })).IsMissing();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id })).Lacks("key");
    }

    [Fact]
    public async Task A_tag_key_has_at_most_250_and_its_value_5000_characters()
    {
        var id = await NewExperimentAsync();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = Chars(250), value = Chars(5000) })).Ok();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = Chars(251), value = "v" })).IsInvalid();
        (await Mlflow.PostAsync("experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = Chars(5001) })).IsInvalid();
    }

    [Theory]
    [InlineData("experiments/delete")]
    [InlineData("experiments/restore")]
    [InlineData("experiments/set-experiment-tag")]
    [InlineData("experiments/update")]
    public async Task What_needs_an_experiment_says_so(string path) => (await Mlflow.PostAsync(path, new { })).Lacks("experiment_id");

    [Fact]
    public async Task An_unknown_experiment_is_not_found()
    {
        (await Mlflow.PostAsync("experiments/delete", new { experiment_id = "99999" })).IsMissing("No Experiment with id=99999 exists");
        (await Mlflow.PostAsync("experiments/restore", new { experiment_id = "99999" })).IsMissing();
        (await Mlflow.GetAsync("experiments/get", ("experiment_id", "abc"))).Fails(404, "RESOURCE_DOES_NOT_EXIST");
        (await Mlflow.GetAsync("experiments/get")).Lacks("experiment_id");
    }
}

public sealed class ExperimentsOnSqlite(Servers servers) : ExperimentTests(servers, Store.Sqlite);

public sealed class ExperimentsOnPostgres(Servers servers) : ExperimentTests(servers, Store.Postgres);

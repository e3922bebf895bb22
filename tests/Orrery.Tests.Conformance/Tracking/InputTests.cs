using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Data sets that runs read, and models they read and made.</summary>
public abstract class InputTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task Data_sets_come_back_with_their_tags()
    {
        var run = await NewRunAsync();
        object[] datasets =
        [
            new
            {
                tags = new[] { new { key = "mlflow.data.context", value = "train" } },
                dataset = new { name = "churn ü", digest = "d1", source_type = "s3", source = "{\"uri\": \"s3://b\"}", schema = "{}", profile = "{\"rows\": 7}" },
            },
        ];
        (await Mlflow.PostAsync("runs/log-inputs", new { run_id = run, datasets })).Gives("{}");
        (await Mlflow.PostAsync("runs/log-inputs", new { run_id = run, datasets })).Gives("{}");
        (await RunAsync(run)).Gives("""
            {"run": {"<more>": true, "inputs": {"dataset_inputs": [{
              "tags": [{"key": "mlflow.data.context", "value": "train"}],
              "dataset": {"name": "churn ü", "digest": "d1", "source_type": "s3", "source": "{\"uri\": \"s3://b\"}", "schema": "{}", "profile": "{\"rows\": 7}"}}]}}}
            """);
    }

    [Theory]
    [InlineData("name", 500)]
    [InlineData("digest", 36)]
    [InlineData("source", 65_535)]
    [InlineData("schema", 1_048_575)]
    public async Task The_parts_of_a_data_set_have_limits(string part, int longest)
    {
        var run = await NewRunAsync();
        (await LogAsync(run, part, longest)).Ok();
        (await LogAsync(run, part, longest + 1)).IsInvalid();
    }

    [Theory]
    [InlineData("name")]
    [InlineData("digest")]
    [InlineData("source_type")]
    [InlineData("source")]
    public async Task A_data_set_needs_its_parts(string part)
    {
        var dataset = new Dictionary<string, string> { ["name"] = "n", ["digest"] = "d", ["source_type"] = "s", ["source"] = "s" };
        dataset.Remove(part);
        (await Mlflow.PostAsync("runs/log-inputs", new { run_id = await NewRunAsync(), datasets = new[] { new { dataset } } })).IsInvalid().Saying(part);
    }

    [Fact]
    public async Task Tags_of_inputs_have_limits()
    {
        var run = await NewRunAsync();
        Task<Answer> LogAsync(int key, int value) => Mlflow.PostAsync("runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { tags = new[] { new { key = Chars(key), value = Chars(value) } }, dataset = new { name = "n", digest = "d", source_type = "s", source = "s" } } },
        });
        (await LogAsync(255, 500)).Ok();
        (await LogAsync(256, 1)).IsInvalid();
        (await LogAsync(1, 501)).IsInvalid();
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/")]
    [InlineData("/ajax-api/2.0/mlflow/")]
    [InlineData("/api/2.0mlflow/")]
    [InlineData("/ajax-api/2.0mlflow/")]
    public async Task Data_sets_of_experiments_are_summed_up_under_all_paths(string root)
    {
        var path = root + "experiments/search-datasets";
        var id = await NewExperimentAsync();
        foreach (var context in (string[])["train", "eval"])
        {
            object[] datasets = [new { tags = new[] { new { key = "mlflow.data.context", value = context } }, dataset = new { name = "d", digest = "1", source_type = "s", source = "s" } }];
            await Mlflow.PostAsync("runs/log-inputs", new { run_id = await NewRunAsync(id), datasets });
        }

        var found = (await Mlflow.PostAsync(path, new { experiment_ids = new[] { id } })).Ok();
        Assert.Equal(["eval", "train"], found.Texts("dataset_summaries", "context").Order());
        Assert.Equal(["d", "d"], found.Texts("dataset_summaries", "name"));
        Assert.Equal([id, id], found.Texts("dataset_summaries", "experiment_id"));
        (await Mlflow.PostAsync(path, new { experiment_ids = new[] { "0" } })).Gives("{}");
    }

    [Fact]
    public async Task Models_that_a_run_read_and_made_are_named_in_it()
    {
        var run = await NewRunAsync();
        var made = (await Mlflow.PostAsync("logged-models", new { experiment_id = "0", name = "m", source_run_id = run })).Ok().Text("model.info.model_id");
        var read = (await Mlflow.PostAsync("logged-models", new { experiment_id = "0", name = "m" })).Ok().Text("model.info.model_id");

        (await Mlflow.PostAsync("runs/outputs", new { run_id = run, models = new[] { new { model_id = made, step = 3 } } })).Gives("{}");
        (await Mlflow.PostAsync("runs/log-inputs", new { run_id = run, models = new[] { new { model_id = read } } })).Gives("{}");

        (await RunAsync(run)).Gives($$"""
            {"run": {"<more>": true, "inputs": {"model_inputs": [{"model_id": "{{read}}"}]}, "outputs": {"model_outputs": [{"model_id": "{{made}}", "step": 3}]} } }
            """);
        (await Mlflow.PostAsync("runs/outputs", new { run_id = NoRun, models = new[] { new { model_id = made, step = 0 } } })).IsMissing();
        (await Mlflow.PostAsync("runs/outputs", new { models = new[] { new { model_id = made, step = 0 } } })).Lacks("run_id");
    }

    private Task<Answer> LogAsync(string run, string part, int length)
    {
        var dataset = new Dictionary<string, string> { ["name"] = "n", ["digest"] = "d", ["source_type"] = "s", ["source"] = "s" };
        dataset[part] = Chars(length);
        return Mlflow.PostAsync("runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset } } });
    }
}

public sealed class InputsOnSqlite(Servers servers) : InputTests(servers, Store.Sqlite);

public sealed class InputsOnPostgres(Servers servers) : InputTests(servers, Store.Postgres);

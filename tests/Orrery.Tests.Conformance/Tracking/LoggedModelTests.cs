using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class LoggedModelTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task A_new_model_is_pending_until_it_is_finalized()
    {
        var run = await NewRunAsync();
        var made = await Mlflow.PostAsync("logged-models", new
        {
            experiment_id = "0",
            name = "mö",
            model_type = "agent",
            source_run_id = run,
            @params = new[] { new { key = "a", value = "b" } },
            tags = new[] { new { key = "t", value = "v" } },
        });
        var id = made.Ok().Text("model.info.model_id");
        Assert.Matches("^m-[0-9a-f]{32}$", id);
        var shape = $$"""
            {"model": {"info": {"model_id": "{{id}}", "experiment_id": "0", "name": "mö", "creation_timestamp_ms": "<number>", "last_updated_timestamp_ms": "<number>",
             "artifact_uri": "mlflow-artifacts:/0/models/{{id}}/artifacts", "status": "LOGGED_MODEL_PENDING", "model_type": "agent", "source_run_id": "{{run}}",
             "tags": [{"key": "t", "value": "v"}]}, "data": {"params": [{"key": "a", "value": "b"}]} } }
            """;
        made.Gives(shape);
        (await Mlflow.PatchAsync($"logged-models/{id}", new { model_id = id, status = "LOGGED_MODEL_READY" })).Gives(shape.Replace("PENDING", "READY", StringComparison.Ordinal));
        (await Mlflow.GetAsync($"logged-models/{id}")).Gives(shape.Replace("PENDING", "READY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("LOGGED_MODEL_READY", "LOGGED_MODEL_READY")]
    [InlineData("LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_UPLOAD_FAILED")]
    [InlineData(2, "LOGGED_MODEL_READY")]
    [InlineData(3, "LOGGED_MODEL_UPLOAD_FAILED")]
    public async Task A_model_becomes_ready_or_failed(object status, string now)
    {
        var id = await NewModelAsync();
        Assert.Equal(now, (await Mlflow.PatchAsync($"logged-models/{id}", new { model_id = id, status })).Ok().Text("model.info.status"));
    }

    [Fact]
    public async Task A_model_without_a_name_gets_one()
    {
        var made = (await Mlflow.PostAsync("logged-models", new { experiment_id = "0" })).Ok();
        Assert.NotEqual("", made.Text("model.info.name"));
        (await Mlflow.PostAsync("logged-models", new { experiment_id = "99999", name = "m" })).IsMissing();
    }

    [Theory]
    [InlineData("my/model")]
    [InlineData("my:model")]
    [InlineData("my.model")]
    [InlineData("my%model")]
    [InlineData("my\"model")]
    [InlineData("my'model")]
    public async Task A_name_that_an_address_could_not_hold_is_refused(string name) =>
        (await Mlflow.PostAsync("logged-models", new { experiment_id = "0", name })).IsInvalid(
            $"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following characters: / : . % \" '");

    [Fact]
    public async Task Tags_and_params_are_added_and_tags_removed()
    {
        var id = await NewModelAsync();
        (await Mlflow.PatchAsync($"logged-models/{id}/tags", new { tags = new[] { new { key = "a b", value = "1" }, new { key = "x", value = "y" } } })).Gives("{}");
        (await Mlflow.PatchAsync($"logged-models/{id}/tags", new { tags = new[] { new { key = "x", value = "z" } } })).Gives("{}");
        (await Mlflow.PostAsync($"logged-models/{id}/params", new { model_id = id, @params = new[] { new { key = "p", value = "1" } } })).Gives("{}");
        var set = (await Mlflow.GetAsync($"logged-models/{id}")).Ok();
        Assert.Equal("z", set.Value("model.info.tags", "x"));
        Assert.Equal("1", set.Value("model.data.params", "p"));

        (await Mlflow.DeleteAsync($"logged-models/{id}/tags/a%20b")).Gives("{}");
        (await Mlflow.DeleteAsync($"logged-models/{id}/tags/x")).Gives("{}");
        (await Mlflow.GetAsync($"logged-models/{id}")).Ok().Omits("model.info.tags");
        (await Mlflow.DeleteAsync($"logged-models/{id}/tags/x")).IsMissing();
    }

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a/b c/d", "a%2fb%20c%2Fd")]
    public async Task A_tag_whose_key_has_slashes_is_removed_with_them_encoded_or_not(string key, string inPath)
    {
        var id = await NewModelAsync();
        (await Mlflow.PatchAsync($"logged-models/{id}/tags", new { tags = new[] { new { key, value = "1" } } })).Gives("{}");
        (await Mlflow.DeleteAsync($"logged-models/{id}/tags/{inPath}")).Gives("{}");
        (await Mlflow.GetAsync($"logged-models/{id}")).Ok().Omits("model.info.tags");
    }

    [Fact]
    public async Task Metrics_logged_for_a_model_show_on_it_and_on_the_run()
    {
        var (run, id) = (await NewRunAsync(), await NewModelAsync());
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = "acc", value = 0.9, timestamp = 5, model_id = id, dataset_name = "ds", dataset_digest = "d1" })).Gives("{}");
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run, metrics = new[] { new { key = "loss", value = 0.1, timestamp = 6, step = 2, model_id = id } } })).Gives("{}");
        (await Mlflow.GetAsync($"logged-models/{id}")).Gives($$"""
            {"model": {"<more>": true, "data": {"metrics": [
              {"key": "acc", "value": 0.9, "timestamp": 5, "step": 0, "dataset_name": "ds", "dataset_digest": "d1", "model_id": "{{id}}", "run_id": "{{run}}"},
              {"key": "loss", "value": 0.1, "timestamp": 6, "step": 2, "model_id": "{{id}}", "run_id": "{{run}}"}]} } }
            """);
        Assert.Equal("0.9", (await RunAsync(run)).Value("run.data.metrics", "acc"));
    }

    [Fact]
    public async Task A_deleted_model_is_gone()
    {
        var id = await NewModelAsync();
        (await Mlflow.DeleteAsync($"logged-models/{id}")).Gives("{}");
        (await Mlflow.GetAsync($"logged-models/{id}")).IsMissing($"Logged model with ID '{id}' not found.");
        (await Mlflow.DeleteAsync($"logged-models/{id}")).IsMissing();
        (await Mlflow.PatchAsync($"logged-models/{id}", new { model_id = id, status = 2 })).IsMissing();
        (await Mlflow.PatchAsync($"logged-models/{id}/tags", new { tags = new[] { new { key = "a", value = "1" } } })).IsMissing();
        (await SearchAsync("")).Gives("{}");
    }

    [Theory]
    [InlineData("name = 'beta'", "beta")]
    [InlineData("name != 'beta'", "alpha gamma")]
    [InlineData("name LIKE '%a'", "alpha beta gamma")]
    [InlineData("name ILIKE 'BETA'", "beta")]
    [InlineData("name IN ('alpha', 'gamma')", "alpha gamma")]
    [InlineData("name NOT IN ('alpha')", "beta gamma")]
    [InlineData("attributes.name = 'beta'", "beta")]
    [InlineData("model_type = 'agent'", "alpha")]
    [InlineData("status = 'READY'", "beta")]
    [InlineData("status = 'LOGGED_MODEL_READY'", "beta")]
    [InlineData("status = 'ready'", "")]
    [InlineData("status != 'LOGGED_MODEL_READY'", "alpha gamma")]
    [InlineData("status != 'PENDING'", "beta")]
    [InlineData("status IN ('LOGGED_MODEL_PENDING', 'UPLOAD_FAILED')", "alpha gamma")]
    [InlineData("status NOT IN ('READY', 'LOGGED_MODEL_PENDING')", "")]
    [InlineData("status LIKE 'LOGGED_MODEL_R%'", "beta")]
    [InlineData("attributes.status ILIKE 'pend%'", "alpha gamma")]
    [InlineData("status LIKE 'pend%'", "")]
    [InlineData("params.p = '1'", "alpha")]
    [InlineData("params.p != '1'", "beta")]
    [InlineData("tags.t LIKE 'V%'", "beta")]
    [InlineData("metrics.acc > 0.5", "beta")]
    [InlineData("metrics.acc <= 0.5", "alpha")]
    [InlineData("creation_timestamp > 0", "alpha beta gamma")]
    [InlineData("last_updated_timestamp < 5", "")]
    [InlineData("name = 'alpha' AND metrics.acc < 1", "alpha")]
    public async Task A_filter_finds(string filter, string names)
    {
        var run = await NewRunAsync();
        var alpha = await NewModelAsync(new { experiment_id = "0", name = "alpha", model_type = "agent", @params = new[] { new { key = "p", value = "1" } }, tags = new[] { new { key = "t", value = "v" } } });
        var beta = await NewModelAsync(new { experiment_id = "0", name = "beta", @params = new[] { new { key = "p", value = "2" } }, tags = new[] { new { key = "t", value = "V" } } });
        await NewModelAsync(new { experiment_id = "0", name = "gamma" });
        await Mlflow.PatchAsync($"logged-models/{beta}", new { model_id = beta, status = "LOGGED_MODEL_READY" });
        (await LogAsync(run, alpha, 0.5)).Ok();
        (await LogAsync(run, beta, 0.7)).Ok();

        Assert.Equal(names, string.Join(' ', (await SearchAsync(filter)).Ok().Texts("models", "info.name").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Orders_are_objects_and_pages_follow_one_another()
    {
        var run = await NewRunAsync();
        string[] names = ["b", "a", "c"];
        for (var i = 0; i < names.Length; i++)
            await LogAsync(run, await NewModelAsync(new { experiment_id = "0", name = names[i] }), i);

        Assert.Equal(["a", "b", "c"], await NamesAsync(new { field_name = "name", ascending = true }));
        Assert.Equal(["c", "b", "a"], await NamesAsync(new { field_name = "name", ascending = false }));
        Assert.Equal(["b", "a", "c"], await NamesAsync(new { field_name = "metrics.acc" }));
        Assert.Equal(["c", "a", "b"], await NamesAsync(new { field_name = "metrics.acc", ascending = false, dataset_name = "ds" }));
        (await Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, order_by = new[] { new { field_name = "bogus" } } })).IsInvalid();

        var first = (await Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, max_results = 2 })).Ok();
        var second = (await Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, max_results = 2, page_token = first.Text("next_page_token") })).Ok();
        Assert.Equal(["a", "b", "c"], first.Texts("models", "info.name").Concat(second.Texts("models", "info.name")).Order());

        async Task<string[]> NamesAsync(object order) =>
            (await Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, order_by = new[] { order } })).Ok().Texts("models", "info.name");
    }

    [Fact]
    public async Task Metrics_are_searched_on_the_data_set_that_is_named()
    {
        var (run, id) = (await NewRunAsync(), await NewModelAsync());
        await LogAsync(run, id, 0.9);
        Task<Answer> On(string name) => Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, filter = "metrics.acc > 0.5", datasets = new[] { new { dataset_name = name, dataset_digest = "d1" } } });
        Assert.Single((await On("ds")).Ok().List("models"));
        (await On("other")).Gives("{}");
    }

    [Fact]
    public async Task Files_of_a_model_are_listed_and_downloaded()
    {
        var id = await NewModelAsync();
        (await Mlflow.GetAsync($"logged-models/{id}/artifacts/directories")).Gives($$"""{"root_uri": "mlflow-artifacts:/0/models/{{id}}/artifacts"}""");
        (await Mlflow.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/models/{id}/artifacts/sub/MLmodel", "flavors: {}"u8.ToArray())).Gives("{}");
        (await Mlflow.GetAsync($"logged-models/{id}/artifacts/directories")).Gives($$"""
            {"root_uri": "mlflow-artifacts:/0/models/{{id}}/artifacts", "files": [{"path": "sub", "is_dir": true}]}
            """);
        (await Mlflow.GetAsync($"logged-models/{id}/artifacts/directories", ("artifact_directory_path", "sub"))).Gives($$"""
            {"root_uri": "mlflow-artifacts:/0/models/{{id}}/artifacts", "files": [{"path": "sub/MLmodel", "is_dir": false, "file_size": 11}]}
            """);
        var file = (await Mlflow.GetAsync($"/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files", ("artifact_file_path", "sub/MLmodel"))).Ok();
        Assert.Equal("flavors: {}", file.Body);
        (await Mlflow.GetAsync($"/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files", ("artifact_file_path", "../x"))).IsInvalid("Invalid path");
        (await Mlflow.GetAsync($"/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files", ("artifact_file_path", "none"))).IsMissing();
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_not_found()
    {
        const string none = "m-00000000000000000000000000000000";
        (await Mlflow.GetAsync($"logged-models/{none}")).IsMissing($"Logged model with ID '{none}' not found.");
        (await Mlflow.GetAsync($"logged-models/{none}/artifacts/directories")).IsMissing();
        (await Mlflow.PostAsync($"logged-models/{none}/params", new { model_id = none, @params = new[] { new { key = "p", value = "1" } } })).IsMissing();
    }

    private Task<string> NewModelAsync() => NewModelAsync(new { experiment_id = "0", name = "m" });

    private async Task<string> NewModelAsync(object body) => (await Mlflow.PostAsync("logged-models", body)).Ok().Text("model.info.model_id");

    private Task<Answer> LogAsync(string run, string model, double value) => Mlflow.PostAsync("runs/log-metric",
        new { run_id = run, key = "acc", value, timestamp = 5, model_id = model, dataset_name = "ds", dataset_digest = "d1" });

    private Task<Answer> SearchAsync(string filter) => Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, filter });
}

public sealed class LoggedModelsOnSqlite(Servers servers) : LoggedModelTests(servers, Store.Sqlite);

public sealed class LoggedModelsOnPostgres(Servers servers) : LoggedModelTests(servers, Store.Postgres);

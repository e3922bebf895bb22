using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class ModelVersionTests(Servers servers, Store store) : RegistryTest(servers, store)
{
    [Fact]
    public async Task A_version_is_ready_at_once_and_says_all_that_MLflow_says()
    {
        var run = await NewRunAsync();
        await NewModelAsync();
        var made = await Mlflow.PostAsync("model-versions/create", new { name = "m", source = "s3://b/x", run_id = run, run_link = "http://l", description = "d", tags = new[] { new { key = "k", value = "v" } } });
        var shape = $$"""
            {"model_version": {"name": "m", "version": "1", "creation_timestamp": "<number>", "last_updated_timestamp": "<number>", "current_stage": "None",
             "description": "d", "source": "s3://b/x", "run_id": "{{run}}", "status": "READY", "tags": [{"key": "k", "value": "v"}], "run_link": "http://l"} }
            """;
        made.Gives(shape);
        (await VersionAsync("1")).Gives(shape);
        (await Mlflow.GetAsync("model-versions/get-download-uri", ("name", "m"), ("version", "1"))).Gives("""{"artifact_uri": "s3://b/x"}""");
    }

    [Fact]
    public async Task Numbers_rise_and_are_never_used_again()
    {
        await NewModelAsync();
        Assert.Equal(["1", "2", "3"], [await NewVersionAsync(), await NewVersionAsync(), await NewVersionAsync()]);
        (await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "3" })).Gives("{}");
        (await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "2" })).Gives("{}");
        Assert.Equal("4", await NewVersionAsync());
        (await VersionAsync("3")).IsMissing("Model Version (name=m, version=3) not found");
    }

    [Fact]
    public async Task Versions_made_at_once_get_numbers_of_their_own()
    {
        await NewModelAsync();
        var numbers = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForAsync(0, 20, Cancel, async (_, _) => numbers.Add(await NewVersionAsync()));
        Assert.Equal(Enumerable.Range(1, 20), numbers.Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_not_found()
    {
        await NewModelAsync();
        const string message = "Model Version (name=m, version=9) not found";
        (await VersionAsync("9")).IsMissing(message);
        (await Mlflow.GetAsync("model-versions/get-download-uri", ("name", "m"), ("version", "9"))).IsMissing(message);
        (await Mlflow.PatchAsync("model-versions/update", new { name = "m", version = "9", description = "d" })).IsMissing(message);
        (await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "9" })).IsMissing(message);
        (await MoveAsync("9", "Staging")).IsMissing(message);
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "9", key = "k", value = "v" })).IsMissing(message);
        (await AliasAsync("a", "9")).IsMissing(message);
        (await VersionAsync("abc")).IsInvalid("Parameter 'version' must be an integer, got 'abc'.");
        (await Mlflow.GetAsync("model-versions/get", ("name", "m"))).Lacks("version");
        (await Mlflow.PostAsync("model-versions/create", new { name = "m" })).Lacks("source");
    }

    [Fact]
    public async Task A_version_may_be_named_by_a_number()
    {
        await NewModelAsync();
        await NewVersionAsync();
        (await Mlflow.PatchAsync("model-versions/update", new { name = "m", version = 1, description = "neu" })).Ok();
        Assert.Equal("neu", (await VersionAsync("1")).Ok().Text("model_version.description"));
    }

    [Fact]
    public async Task Tags_are_set_overwritten_and_deleted()
    {
        await NewModelAsync();
        await NewVersionAsync();
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "1", key = "k", value = "1" })).Gives("{}");
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "1", key = "k", value = "2" })).Gives("{}");
        Assert.Equal("2", (await VersionAsync("1")).Ok().Value("model_version.tags", "k"));
        (await Mlflow.DeleteAsync("model-versions/delete-tag", new { name = "m", version = "1", key = "k" })).Gives("{}");
        (await VersionAsync("1")).Ok().Omits("model_version.tags");
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "1", key = "k", value = Chars(100_000) })).Ok();
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "1", key = "k", value = Chars(100_001) })).IsInvalid();
        (await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "1", value = "1" })).Lacks("key");
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("file:///etc")]
    [InlineData("file:/etc/passwd")]
    [InlineData("./local")]
    [InlineData("relative/path")]
    [InlineData("mlflow-artifacts:/a/../b")]
    [InlineData("mlflow-artifacts:/a/%2e%2e/b")]
    [InlineData("mlflow-artifacts:/a/%252e%252e/b")]
    [InlineData("mlflow-artifacts://host:9000/models/..")]
    [InlineData("s3://b/../x")]
    [InlineData("https://h/a/../b")]
    [InlineData("http://host/a\0b")]
    [InlineData("s3:/relative/../x")]
    [InlineData("ftp://h/%2E%2E/x")]
    public async Task A_source_that_leads_astray_is_refused(string source)
    {
        await NewModelAsync();
        (await Mlflow.PostAsync("model-versions/create", new { name = "m", source })).IsInvalid();
        (await Mlflow.PostAsync("model-versions/create", new { name = "m", source, run_id = await NewRunAsync() })).IsInvalid();
    }

    [Theory]
    [InlineData("s3://b/x")]
    [InlineData("gs://b/x/y")]
    [InlineData("https://h/a/b")]
    [InlineData("mlflow-artifacts:/0/abc/artifacts/model")]
    [InlineData("runs:/abc/model")]
    [InlineData("dbfs:/databricks/x")]
    public async Task A_source_elsewhere_is_handed_through(string source)
    {
        await NewModelAsync();
        await NewVersionAsync(source: source);
        Assert.Equal(source, (await VersionAsync("1")).Ok().Text("model_version.source"));
    }

    [Fact]
    public async Task A_version_of_a_logged_model_reads_its_files()
    {
        var model = (await Mlflow.PostAsync("logged-models", new { experiment_id = "0", name = "lm" })).Ok();
        var (id, root) = (model.Text("model.info.model_id"), model.Text("model.info.artifact_uri"));
        await Mlflow.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/models/{id}/artifacts/MLmodel", "flavors: {}"u8.ToArray());
        await NewModelAsync();
        var made = (await Mlflow.PostAsync("model-versions/create", new { name = "m", source = $"models:/{id}", model_id = id })).Ok();
        Assert.Equal(id, made.Text("model_version.model_id"));
        Assert.Equal(root, (await Mlflow.GetAsync("model-versions/get-download-uri", ("name", "m"), ("version", "1"))).Ok().Text("artifact_uri"));
        var file = (await Mlflow.GetAsync("/model-versions/get-artifact", ("name", "m"), ("version", "1"), ("path", "MLmodel"))).Ok();
        Assert.Equal("flavors: {}", file.Body);
        Assert.StartsWith("attachment", file.Header("Content-Disposition"), StringComparison.Ordinal);
        (await Mlflow.GetAsync("/model-versions/get-artifact", ("name", "m"), ("version", "1"), ("path", "../x"))).IsInvalid("Invalid path");
        (await Mlflow.GetAsync("/model-versions/get-artifact", ("name", "m"), ("version", "1"), ("path", "none"))).IsMissing();
    }

    [Theory]
    [InlineData("name = 'm'", "m2 m1")]
    [InlineData("name='other'", "other1")]
    [InlineData("name ILIKE 'M'", "m2 m1")]
    [InlineData("name != 'm'", "other1")]
    [InlineData("version_number > 1", "m2")]
    [InlineData("version_number <= 1 AND name = 'm'", "m1")]
    [InlineData("source_path = 's3://b/one'", "m1")]
    [InlineData("source_path LIKE 's3://b/tw%'", "m2")]
    [InlineData("tags.k = 'v'", "m2")]
    [InlineData("tags.k != 'w'", "m2")]
    [InlineData("name = 'none'", "")]
    public async Task A_search_finds(string filter, string found)
    {
        await NewModelAsync();
        await NewModelAsync("other");
        await NewVersionAsync(source: "s3://b/one");
        await NewVersionAsync(source: "s3://b/two");
        await NewVersionAsync("other", "s3://b/three");
        await Mlflow.PostAsync("model-versions/set-tag", new { name = "m", version = "2", key = "k", value = "v" });
        var answer = (await Mlflow.GetAsync("model-versions/search", ("filter", filter), ("order_by", "name"), ("order_by", "version_number DESC"))).Ok();
        Assert.Equal(found, string.Join(' ', answer.List("model_versions").Select(version => $"{version["name"]}{version["version"]}")));
    }

    [Fact]
    public async Task Versions_are_found_by_the_runs_that_made_them()
    {
        var (a, b) = (await NewRunAsync(), await NewRunAsync());
        await NewModelAsync();
        await NewVersionAsync(run: a);
        await NewVersionAsync(run: b);
        async Task<string[]> FindAsync(string filter) => (await Mlflow.GetAsync("model-versions/search", ("filter", filter), ("order_by", "version_number ASC"))).Ok().Texts("model_versions", "version");
        Assert.Equal(["1"], await FindAsync($"run_id = '{a}'"));
        Assert.Equal(["1", "2"], await FindAsync($"run_id IN ('{a}','{b}')"));
        Assert.Equal(["2"], await FindAsync($"run_id IN ('{b}') AND name = 'm'"));
    }

    [Fact]
    public async Task A_search_is_paged_and_asked_for_within_bounds()
    {
        await NewModelAsync();
        for (var i = 0; i < 5; i++)
            await NewVersionAsync();
        var found = new List<string>();
        (string, object)[] token = [];
        do
        {
            var page = (await Mlflow.GetAsync("model-versions/search", [("max_results", 2), ("order_by", "version_number ASC"), .. token])).Ok();
            found.AddRange(page.Texts("model_versions", "version"));
            token = page["next_page_token"] is { } next ? [("page_token", next.ToString())] : [];
        }
        while (token.Length > 0);
        Assert.Equal(["1", "2", "3", "4", "5"], found);
        (await Mlflow.GetAsync("model-versions/search", ("max_results", 200000))).Ok();
        (await Mlflow.GetAsync("model-versions/search", ("max_results", 200001))).IsInvalid();
        (await Mlflow.GetAsync("model-versions/search", ("filter", "bogus = 'x'"))).IsInvalid();
        (await Mlflow.GetAsync("model-versions/search", ("filter", "version_number = 'x'"))).IsInvalid();
        (await Mlflow.GetAsync("model-versions/search", ("order_by", "bogus"))).IsInvalid();
        (await Mlflow.GetAsync("model-versions/search", ("page_token", "@@"))).IsInvalid();
    }
}

public sealed class ModelVersionsOnSqlite(Servers servers) : ModelVersionTests(servers, Store.Sqlite);

public sealed class ModelVersionsOnPostgres(Servers servers) : ModelVersionTests(servers, Store.Postgres);

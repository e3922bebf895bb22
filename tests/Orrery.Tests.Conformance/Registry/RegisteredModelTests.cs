using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class RegisteredModelTests(Servers servers, Store store) : RegistryTest(servers, store)
{
    [Theory]
    [InlineData("gm")]
    [InlineData("a/b")]
    [InlineData("mit Leerzeichen ü 日本")]
    [InlineData("catalog.schema.model")]
    public async Task A_model_shows_what_it_has_alone(string name)
    {
        (await Mlflow.PostAsync("registered-models/create", new { name, description = "d", tags = new[] { new { key = "k", value = "v" } } })).Ok();
        (await ModelAsync(name)).Gives($$"""
            {"registered_model": {"name": "{{name}}", "creation_timestamp": "<number>", "last_updated_timestamp": "<number>", "description": "d", "tags": [{"key": "k", "value": "v"}]} }
            """);
    }

    [Fact]
    public async Task A_plain_model_is_a_name_and_two_times()
    {
        (await Mlflow.PostAsync("registered-models/create", new { name = "m" })).Gives("""
            {"registered_model": {"name": "m", "creation_timestamp": "<number>", "last_updated_timestamp": "<number>"}}
            """);
        (await Mlflow.PostAsync("registered-models/create", new { name = "m" })).Fails(400, "RESOURCE_ALREADY_EXISTS", "Registered Model (name=m) already exists.");
        (await Mlflow.PostAsync("registered-models/create", new { })).Lacks("name");
        (await Mlflow.PostAsync("registered-models/create", new { name = "" })).IsInvalid();
        (await Mlflow.PostAsync("registered-models/create", new { name = 5 })).IsInvalid(
            "Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'. See the API docs for more information about request parameters.");
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_not_found()
    {
        const string message = "Registered Model with name=zz not found";
        (await ModelAsync("zz")).IsMissing(message);
        (await Mlflow.PatchAsync("registered-models/update", new { name = "zz", description = "d" })).IsMissing(message);
        (await Mlflow.DeleteAsync("registered-models/delete", new { name = "zz" })).IsMissing(message);
        (await Mlflow.PostAsync("registered-models/rename", new { name = "zz", new_name = "y" })).IsMissing(message);
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "zz", key = "k", value = "v" })).IsMissing(message);
        (await Mlflow.DeleteAsync("registered-models/delete-tag", new { name = "zz", key = "k" })).IsMissing(message);
        (await Mlflow.PostAsync("registered-models/get-latest-versions", new { name = "zz" })).IsMissing(message);
        (await Mlflow.PostAsync("model-versions/create", new { name = "zz", source = "s3://b/x" })).IsMissing(message);
        (await Mlflow.GetAsync("registered-models/get")).Lacks("name");
    }

    [Fact]
    public async Task Renaming_takes_versions_and_aliases_along()
    {
        await NewModelAsync("old", ("k", "v"));
        await NewModelAsync("taken");
        await NewVersionAsync("old");
        await AliasAsync("champ", "1", "old");
        (await Mlflow.PostAsync("registered-models/rename", new { name = "old", new_name = "new" })).Gives("""
            {"registered_model": {"name": "new", "creation_timestamp": "<number>", "last_updated_timestamp": "<number>",
             "latest_versions": [{"name": "new", "version": "1", "<more>": true}], "tags": [{"key": "k", "value": "v"}], "aliases": [{"alias": "champ", "version": "1"}]}}
            """);
        (await ModelAsync("old")).IsMissing();
        Assert.Equal("new", (await VersionAsync("1", "new")).Ok().Text("model_version.name"));
        Assert.Equal("1", (await Mlflow.GetAsync("registered-models/alias", ("name", "new"), ("alias", "champ"))).Ok().Text("model_version.version"));
        (await Mlflow.PostAsync("registered-models/rename", new { name = "new", new_name = "taken" })).Fails(400, "RESOURCE_ALREADY_EXISTS");
        (await Mlflow.PostAsync("registered-models/rename", new { name = "new" })).Lacks("new_name");
        await NewModelAsync("old");
    }

    [Fact]
    public async Task Tags_are_set_overwritten_and_deleted()
    {
        await NewModelAsync();
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", key = "k", value = "1" })).Gives("{}");
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", key = "k", value = "2" })).Gives("{}");
        Assert.Equal("2", (await ModelAsync()).Ok().Value("registered_model.tags", "k"));
        (await Mlflow.DeleteAsync("registered-models/delete-tag", new { name = "m", key = "k" })).Gives("{}");
        (await ModelAsync()).Ok().Omits("registered_model.tags");
        (await Mlflow.DeleteAsync("registered-models/delete-tag", new { name = "m", key = "k" })).Gives("{}");
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", value = "2" })).Lacks("key");
    }

    [Fact]
    public async Task A_tag_key_has_at_most_250_and_its_value_100000_characters()
    {
        await NewModelAsync();
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", key = Chars(250), value = Chars(100_000) })).Ok();
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", key = Chars(251), value = "v" })).IsInvalid();
        (await Mlflow.PostAsync("registered-models/set-tag", new { name = "m", key = "k", value = Chars(100_001) })).IsInvalid();
    }

    [Fact]
    public async Task A_deleted_model_takes_its_versions_along_and_its_name_is_free()
    {
        await NewModelAsync();
        await NewVersionAsync();
        await AliasAsync("champ", "1");
        (await Mlflow.DeleteAsync("registered-models/delete", new { name = "m" })).Gives("{}");
        (await ModelAsync()).IsMissing("Registered Model with name=m not found");
        (await VersionAsync("1")).IsMissing();
        (await Mlflow.GetAsync("model-versions/search")).Gives("{}");
        await NewModelAsync();
        (await ModelAsync()).Ok().Omits("registered_model.aliases", "registered_model.latest_versions");
    }

    [Theory]
    [InlineData("", "Beta alpha gamma")]
    [InlineData("name = 'Beta'", "Beta")]
    [InlineData("name != 'Beta'", "alpha gamma")]
    [InlineData("name LIKE '%a'", "Beta alpha gamma")]
    [InlineData("name ILIKE 'BETA'", "Beta")]
    [InlineData("tags.k = 'v'", "alpha")]
    [InlineData("tags.k != 'v'", "Beta")]
    [InlineData("tag.`k` ILIKE 'V'", "Beta alpha")]
    [InlineData("name LIKE '%a' AND tags.k = 'v'", "alpha")]
    [InlineData("name = 'none'", "")]
    public async Task A_search_finds(string filter, string names)
    {
        await NewModelAsync("alpha", ("k", "v"));
        await NewModelAsync("Beta", ("k", "V"));
        await NewModelAsync("gamma");
        var found = (await Mlflow.GetAsync("registered-models/search", ("filter", filter))).Ok();
        Assert.Equal(names, string.Join(' ', found.Texts("registered_models", "name").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Prompts_are_told_from_models_also_by_models_without_the_tag()
    {
        await NewModelAsync("model");
        await NewModelAsync("tagged", ("other", "x"));
        await NewModelAsync("not", ("mlflow.prompt.is_prompt", "false"));
        await NewModelAsync("prompt", ("mlflow.prompt.is_prompt", "true"));
        async Task<string> FindAsync(string filter) =>
            string.Join(' ', (await Mlflow.GetAsync("registered-models/search", ("filter", filter))).Ok().Texts("registered_models", "name").Order(StringComparer.Ordinal));
        Assert.Equal("model not tagged", await FindAsync("tag.`mlflow.prompt.is_prompt` != 'true'"));
        Assert.Equal("model not tagged", await FindAsync("tags.`mlflow.prompt.is_prompt` != 'true'"));
        Assert.Equal("prompt", await FindAsync("tags.`mlflow.prompt.is_prompt` = 'true'"));
        Assert.Equal("tagged", await FindAsync("name LIKE 't%' AND tags.`mlflow.prompt.is_prompt` != 'true'"));
    }

    [Fact]
    public async Task A_search_is_ordered_and_paged()
    {
        foreach (var name in (string[])["b", "a", "c", "B"])
            await NewModelAsync(name);
        async Task<string> FindAsync(params (string, object)[] query) => string.Join(' ', (await Mlflow.GetAsync("registered-models/search", query)).Ok().Texts("registered_models", "name"));
        Assert.Equal("B a b c", await FindAsync());
        Assert.Equal("c b a B", await FindAsync(("order_by", "name DESC")));
        var first = (await Mlflow.GetAsync("registered-models/search", ("max_results", 3))).Ok();
        var second = (await Mlflow.GetAsync("registered-models/search", ("max_results", 3), ("page_token", first.Text("next_page_token")))).Ok().Omits("next_page_token");
        Assert.Equal(["B", "a", "b", "c"], [.. first.Texts("registered_models", "name"), .. second.Texts("registered_models", "name")]);
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("last_updated_timestamp DESC")]
    public async Task A_search_is_ordered_by_time(string order)
    {
        await NewModelAsync("a");
        await NewModelAsync("b");
        var times = (await Mlflow.GetAsync("registered-models/search", ("order_by", order))).Ok().List("registered_models")
            .Select(model => model["creation_timestamp"]!.GetValue<double>()).ToList();
        Assert.Equal(order.EndsWith("DESC", StringComparison.Ordinal) ? times.OrderDescending() : times.Order(), times);
    }

    [Theory]
    [InlineData("creation_timestamp")]
    [InlineData("creation_timestamp DESC")]
    public async Task A_search_is_ordered_by_creation_over_its_pages(string order)
    {
        foreach (var name in (string[])["c", "a", "d", "b"])
            await NewModelAsync(name);
        // The first made becomes the last updated.
        (await Mlflow.PatchAsync("registered-models/update", new { name = "c", description = "d" })).Ok();

        var (names, times) = (new List<string>(), new List<double>());
        for (string? token = ""; token is not null;)
        {
            var page = (await Mlflow.GetAsync("registered-models/search", ("order_by", order), ("max_results", 1), ("page_token", token))).Ok();
            names.AddRange(page.Texts("registered_models", "name"));
            times.AddRange(page.List("registered_models").Select(static model => model["creation_timestamp"]!.GetValue<double>()));
            token = page["next_page_token"]?.GetValue<string>();
        }

        var models = names.Zip(times).ToList();
        Assert.Equal(4, models.Count);
        var ordered = order.EndsWith("DESC", StringComparison.Ordinal) ? models.OrderByDescending(static m => m.Second) : models.OrderBy(static m => m.Second);
        Assert.Equal(ordered.ThenBy(static m => m.First, StringComparer.Ordinal), models);
    }

    [Theory]
    [InlineData("filter", "bogus = 'x'")]
    [InlineData("filter", "name = 1")]
    [InlineData("filter", "name > 'x'")]
    [InlineData("filter", "name = 'a' OR name = 'b'")]
    [InlineData("order_by", "bogus")]
    [InlineData("order_by", "name SIDEWAYS")]
    [InlineData("page_token", "@@")]
    [InlineData("max_results", "-1")]
    [InlineData("max_results", "abc")]
    [InlineData("max_results", "1001")]
    public async Task A_search_that_makes_no_sense_is_refused(string parameter, string value) =>
        (await Mlflow.GetAsync("registered-models/search", (parameter, value))).IsInvalid();
}

public sealed class RegisteredModelsOnSqlite(Servers servers) : RegisteredModelTests(servers, Store.Sqlite);

public sealed class RegisteredModelsOnPostgres(Servers servers) : RegisteredModelTests(servers, Store.Postgres);

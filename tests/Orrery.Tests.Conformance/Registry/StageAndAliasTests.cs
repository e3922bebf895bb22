using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class StageAndAliasTests(Servers servers, Store store) : RegistryTest(servers, store)
{
    [Theory]
    [InlineData("Staging", "Staging")]
    [InlineData("production", "Production")]
    [InlineData("ARCHIVED", "Archived")]
    [InlineData("none", "None")]
    public async Task A_stage_is_named_in_any_case_and_shown_in_one(string asked, string shown)
    {
        await NewModelAsync();
        await NewVersionAsync();
        Assert.Equal(shown, (await MoveAsync("1", asked)).Ok().Text("model_version.current_stage"));
        Assert.Equal(shown, (await VersionAsync("1")).Ok().Text("model_version.current_stage"));
    }

    [Fact]
    public async Task Other_stages_are_refused()
    {
        await NewModelAsync();
        await NewVersionAsync();
        (await MoveAsync("1", "Foo")).IsInvalid("Invalid Model Version stage: Foo. Value must be one of None, Staging, Production, Archived.");
        (await Mlflow.PostAsync("model-versions/transition-stage", new { name = "m", version = "1" })).Lacks("stage");
        (await MoveAsync("1", "None", archive: true)).IsInvalid();
        (await MoveAsync("1", "Archived", archive: true)).IsInvalid();
    }

    [Fact]
    public async Task Those_that_were_in_the_stage_are_archived_when_asked()
    {
        await NewModelAsync();
        for (var i = 1; i <= 3; i++)
        {
            await NewVersionAsync();
            await MoveAsync(Plain(i), i == 3 ? "Staging" : "Production");
        }

        await MoveAsync("3", "Production", archive: true);
        string[] stages = [(await VersionAsync("1")).Text("model_version.current_stage"), (await VersionAsync("2")).Text("model_version.current_stage"), (await VersionAsync("3")).Text("model_version.current_stage")];
        Assert.Equal(["Archived", "Archived", "Production"], stages);
    }

    [Fact]
    public async Task The_latest_versions_are_the_highest_of_each_stage()
    {
        await NewModelAsync();
        for (var i = 1; i <= 5; i++)
            await NewVersionAsync();
        await MoveAsync("2", "Staging");
        await MoveAsync("1", "Staging");
        await MoveAsync("3", "Production");

        async Task<string> LatestAsync(params string[] stages)
        {
            var posted = (await Mlflow.PostAsync("registered-models/get-latest-versions", new { name = "m", stages })).Ok();
            var got = (await Mlflow.GetAsync("registered-models/get-latest-versions", [("name", "m"), .. stages.Select(stage => ("stages", (object)stage))])).Ok();
            Assert.Equal(posted.Body, got.Body);
            return string.Join(' ', posted.List("model_versions").Select(version => $"{version["current_stage"]}:{version["version"]}").Order(StringComparer.Ordinal));
        }

        Assert.Equal("None:5 Production:3 Staging:2", await LatestAsync());
        Assert.Equal("Staging:2", await LatestAsync("Staging"));
        Assert.Equal("Production:3 Staging:2", await LatestAsync("production", "STAGING"));
        Assert.Equal("", await LatestAsync("Archived"));
        (await Mlflow.PostAsync("registered-models/get-latest-versions", new { name = "m", stages = new[] { "Foo" } })).IsInvalid();
        Assert.Equal(["2", "3", "5"], (await ModelAsync()).Ok().Texts("registered_model.latest_versions", "version").Order());
    }

    [Theory]
    [InlineData("champ")]
    [InlineData("Champion_2-b")]
    [InlineData("v1a")]
    [InlineData("last")]
    public async Task An_alias_leads_to_its_version(string alias)
    {
        await NewModelAsync();
        await NewVersionAsync();
        await NewVersionAsync();
        (await AliasAsync(alias, "1")).Gives("{}");
        Assert.Equal("1", (await ByAliasAsync(alias)).Ok().Text("model_version.version"));
        (await AliasAsync(alias, "2")).Gives("{}");
        var moved = (await ByAliasAsync(alias)).Ok();
        Assert.Equal("2", moved.Text("model_version.version"));
        Assert.Equal(alias, moved["model_version.aliases.0"]!.ToString());
        (await VersionAsync("1")).Ok().Omits("model_version.aliases");
        (await ModelAsync()).Gives($$"""{"registered_model": {"<more>": true, "aliases": [{"alias": "{{alias}}", "version": "2"}]} }""");

        (await Mlflow.DeleteAsync("registered-models/alias", new { name = "m", alias })).Gives("{}");
        (await ByAliasAsync(alias)).IsInvalid($"Registered model alias {alias} not found.");
        (await ModelAsync()).Ok().Omits("registered_model.aliases");
    }

    [Theory]
    [InlineData("latest", "'latest' alias name (case insensitive) is reserved.")]
    [InlineData("LATEST", "'latest' alias name (case insensitive) is reserved.")]
    [InlineData("v1", "Version alias name 'v1' is reserved.")]
    [InlineData("V12", "Version alias name 'V12' is reserved.")]
    [InlineData("a b", null)]
    [InlineData("a/b", null)]
    [InlineData("a.b", null)]
    [InlineData("a@b", null)]
    public async Task Some_aliases_are_refused(string alias, string? message)
    {
        await NewModelAsync();
        await NewVersionAsync();
        (await AliasAsync(alias, "1")).IsInvalid(message);
    }

    [Fact]
    public async Task An_alias_has_1_to_255_characters()
    {
        await NewModelAsync();
        await NewVersionAsync();
        (await AliasAsync(Chars(255), "1")).Gives("{}");
        (await AliasAsync(Chars(256), "1")).IsInvalid();
        (await AliasAsync("", "1")).IsInvalid();
        (await Mlflow.PostAsync("registered-models/alias", new { name = "m", version = "1" })).Lacks("alias");
    }

    [Fact]
    public async Task An_alias_of_nothing_is_refused_or_not_found()
    {
        (await Mlflow.GetAsync("registered-models/alias", ("name", "zz"), ("alias", "a"))).IsMissing().Saying("Registered Model with name=zz not found");
        await NewModelAsync();
        (await ByAliasAsync("nope")).IsInvalid("Registered model alias nope not found.");
        (await AliasAsync("a", "1")).IsMissing("Model Version (name=m, version=1) not found");
    }

    [Fact]
    public async Task Deleting_a_version_drops_its_aliases_alone()
    {
        await NewModelAsync();
        await NewVersionAsync();
        await NewVersionAsync();
        await AliasAsync("gone", "1");
        await AliasAsync("kept", "2");
        await Mlflow.DeleteAsync("model-versions/delete", new { name = "m", version = "1" });
        (await ByAliasAsync("gone")).IsInvalid();
        (await ModelAsync()).Gives("""{"registered_model": {"<more>": true, "aliases": [{"alias": "kept", "version": "2"}]}}""");
    }

    private Task<Answer> ByAliasAsync(string alias) => Mlflow.GetAsync("registered-models/alias", ("name", "m"), ("alias", alias));
}

public sealed class StagesAndAliasesOnSqlite(Servers servers) : StageAndAliasTests(servers, Store.Sqlite);

public sealed class StagesAndAliasesOnPostgres(Servers servers) : StageAndAliasTests(servers, Store.Postgres);

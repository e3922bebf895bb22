using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Testing;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the registry promises, on every database.</summary>
public abstract class RegistryBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private static readonly Actor Elsewhere = new(new WorkspaceId(2), "elsewhere", "eve");
    private readonly FakeTimeProvider _clock = new();
    private readonly List<IPromotionGate> _gates = [];
    private RegisteredModels _models = null!;
    private ModelVersions _versions = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _models = new(database.Db, Events(), _clock);
        _versions = Versions();
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_model_is_found_as_it_was_registered()
    {
        await CreateAsync("m", new Pair("k", "1"), new Pair("a", "x"), new Pair("k", "2"));

        var found = (await _models.GetAsync(Alice, "m", Cancel)).Value;

        Assert.Equal(("m", null, "alice"), (found.Name, found.Description, found.CreatedBy));
        Assert.Equal([new Pair("a", "x"), new Pair("k", "2")], found.Tags);
        Assert.Equal("registry.model_not_found", (await _models.GetAsync(Elsewhere, "m", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_name_is_given_once_in_a_workspace()
    {
        await CreateAsync("m");

        Assert.Equal("Registered Model (name=m) already exists.", (await _models.CreateAsync(Alice, "m", null, [], Cancel)).Failure?.Message);
        Assert.True((await _models.CreateAsync(Elsewhere, "m", null, [], Cancel)).Succeeded);
        Assert.Contains("already taken by a registered model",
            (await _models.CreateAsync(Alice, "m", null, [new(RegisteredModel.PromptTag, "true")], Cancel)).Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_of_versions_are_not_given_twice()
    {
        await CreateAsync("m");
        await RegisterAsync("m");
        await RegisterAsync("m");
        Assert.True((await _versions.DeleteAsync(Alice, "m", "2", Cancel)).Succeeded);

        Assert.Equal(3, (await RegisterAsync("m")).Version);
    }

    [Fact]
    public async Task Versions_registered_at_once_get_numbers_of_their_own()
    {
        await CreateAsync("m");

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RegisterAsync("m")));

        Assert.Equal(Enumerable.Range(1, 20).Select(static n => (long)n), made.Select(static v => v.Version).Order());
    }

    [Fact]
    public async Task A_version_of_an_unknown_model_is_refused() => Assert.Equal(
        "Registered Model with name=none not found", (await _versions.CreateAsync(Alice, "none", new("s3://b/x"), Cancel)).Failure?.Message);

    [Fact]
    public async Task A_deleted_version_takes_its_aliases_and_tags_along()
    {
        await CreateAsync("m");
        await RegisterAsync("m", new Pair("k", "v"));
        await RegisterAsync("m");
        await _versions.SetAliasAsync(Alice, "m", "one", "1", Cancel);
        await _versions.SetAliasAsync(Alice, "m", "two", "2", Cancel);

        await _versions.DeleteAsync(Alice, "m", "1", Cancel);

        Assert.Equal([new ModelAlias("two", 2)], (await _models.GetAsync(Alice, "m", Cancel)).Value.Aliases);
        Assert.Equal("Registered model alias one not found.", (await _versions.GetByAliasAsync(Alice, "m", "one", Cancel)).Failure?.Message);
        Assert.Equal("Model Version (name=m, version=1) not found", (await _versions.GetAsync(Alice, "m", "1", Cancel)).Failure?.Message);
    }

    [Fact]
    public async Task An_alias_stands_for_one_version_at_a_time()
    {
        await CreateAsync("m");
        await RegisterAsync("m");
        await RegisterAsync("m");
        await _versions.SetAliasAsync(Alice, "m", "champion", "1", Cancel);
        await _versions.SetAliasAsync(Alice, "m", "champion", "2", Cancel);

        Assert.Equal(2, (await _versions.GetByAliasAsync(Alice, "m", "champion", Cancel)).Value.Version);
        Assert.Empty((await _versions.GetAsync(Alice, "m", "1", Cancel)).Value.Aliases);
        Assert.Equal(["champion"], (await _versions.GetAsync(Alice, "m", "2", Cancel)).Value.Aliases);
        Assert.Equal(2, (await _versions.GetByAliasAsync(Alice, "m", "Latest", Cancel)).Value.Version);
        Assert.True((await _versions.RemoveAliasAsync(Alice, "m", "champion", Cancel)).Succeeded);
        Assert.True((await _versions.RemoveAliasAsync(Alice, "m", "champion", Cancel)).Succeeded);
        Assert.Equal("registry.version_not_found", (await _versions.SetAliasAsync(Alice, "m", "champion", "3", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_rename_carries_everything_along()
    {
        await CreateAsync("old", new Pair("k", "v"));
        await RegisterAsync("old", new Pair("vk", "vv"));
        await _versions.SetAliasAsync(Alice, "old", "champion", "1", Cancel);
        await CreateAsync("taken");
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("registry.model_exists", (await _models.RenameAsync(Alice, "old", "taken", Cancel)).Failure?.Code);
        var renamed = (await _models.RenameAsync(Alice, "old", "new", Cancel)).Value;

        Assert.Equal("new", Assert.Single(renamed.LatestVersions).Name);
        Assert.Equal(renamed.UpdatedAt, renamed.LatestVersions[0].UpdatedAt);
        Assert.Equal([new Pair("k", "v")], renamed.Tags);
        Assert.Equal([new Pair("vk", "vv")], (await _versions.GetByAliasAsync(Alice, "new", "champion", Cancel)).Value.Tags);
        Assert.Equal("registry.model_not_found", (await _models.GetAsync(Alice, "old", Cancel)).Failure?.Code);
        await CreateAsync("old");
        Assert.Equal(1, (await RegisterAsync("old")).Version);
    }

    [Fact]
    public async Task A_deleted_model_is_gone_with_all_that_was_its()
    {
        await CreateAsync("m", new Pair("k", "v"));
        await RegisterAsync("m", new Pair("k", "v"));
        await _versions.SetAliasAsync(Alice, "m", "a", "1", Cancel);

        Assert.True((await _models.DeleteAsync(Alice, "m", Cancel)).Succeeded);
        Assert.Equal("registry.model_not_found", (await _models.DeleteAsync(Alice, "m", Cancel)).Failure?.Code);
        await CreateAsync("m");

        var made = (await _models.GetAsync(Alice, "m", Cancel)).Value;
        Assert.Empty(made.Tags);
        Assert.Empty(made.Aliases);
        Assert.Empty(made.LatestVersions);
        Assert.Empty((await FindVersionsAsync("")).Items);
    }

    [Fact]
    public async Task The_latest_version_of_each_stage_is_the_highest()
    {
        await CreateAsync("m");
        for (var i = 0; i < 5; i++)
            await RegisterAsync("m");
        await MoveAsync("1", "staging");
        await MoveAsync("2", "Staging");
        await MoveAsync("3", "PRODUCTION");

        var latest = (await _versions.LatestAsync(Alice, "m", [], Cancel)).Value;

        Assert.Equal([(2, "Staging"), (3, "Production"), (5, "None")], latest.Select(static v => (v.Version, v.Stage)));
        Assert.Equal([3L], (await _versions.LatestAsync(Alice, "m", ["production"], Cancel)).Value.Select(static v => v.Version));
        Assert.Equal("registry.invalid_stage", (await _versions.LatestAsync(Alice, "m", ["Foo"], Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_move_may_archive_the_versions_that_are_there()
    {
        await CreateAsync("m");
        for (var i = 0; i < 3; i++)
            await RegisterAsync("m");
        await MoveAsync("1", "Production");
        await MoveAsync("2", "Production");

        var moved = await _versions.MoveAsync(Alice, "m", "3", "Production", archiveExisting: true, Cancel);

        Assert.Equal("Production", moved.Value.Stage);
        Assert.Equal(["Archived", "Archived", "Production"], (await FindVersionsAsync("", "version_number ASC")).Items.Select(static v => v.Stage));
        Assert.Contains("is not an Active stage", (await _versions.MoveAsync(Alice, "m", "3", "None", archiveExisting: true, Cancel)).Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_can_keep_a_version_from_production_and_from_nowhere_else()
    {
        await CreateAsync("m");
        await RegisterAsync("m");
        _gates.Add(new Gate(null));
        _gates.Add(new Gate(Failure.Conflict("test.needs_approval", "Two approvals are missing.")));
        _versions = Versions();

        Assert.Equal("test.needs_approval", (await _versions.MoveAsync(Alice, "m", "1", "Production", archiveExisting: false, Cancel)).Failure?.Code);
        Assert.Equal("None", (await _versions.GetAsync(Alice, "m", "1", Cancel)).Value.Stage);
        Assert.True((await _versions.MoveAsync(Alice, "m", "1", "Staging", archiveExisting: false, Cancel)).Succeeded);
        Assert.Equal("registry.version_not_found", (await _versions.MoveAsync(Alice, "m", "9", "Production", archiveExisting: false, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_source_may_be_another_version()
    {
        await CreateAsync("m");
        await CreateAsync("copy");
        await _versions.CreateAsync(Alice, "m", new("s3://b/x") { RunId = "r1" }, Cancel);
        await _versions.SetAliasAsync(Alice, "m", "champion", "1", Cancel);
        await MoveAsync("1", "Staging");

        foreach (var source in new[] { "models:/m/1", "models:/m@champion", "models:/m/staging", "models:/m/latest" })
        {
            var copy = (await _versions.CreateAsync(Alice, "copy", new(source), Cancel)).Value;
            Assert.Equal((source, "s3://b/x", "r1"), (copy.Source, copy.StorageUri, copy.RunId));
        }

        foreach (var source in new[] { "models:/m/2", "models:/none/1", "models:/m@none", "models:/m/Production", "models:/m-00000000000000000000000000000000" })
            Assert.Equal("registry.source_not_found", (await _versions.CreateAsync(Alice, "copy", new(source), Cancel)).Failure?.Code);
        Assert.Equal("registry.invalid_source", (await _versions.CreateAsync(Alice, "copy", new("models:/a/b/c"), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_search_pages_through_all_models_once()
    {
        var names = Enumerable.Range(0, 25).Select(static i => $"m{i:00}").ToArray();
        foreach (var name in names)
        {
            await CreateAsync(name, new Pair("even", (name[^1] - '0') % 2 == 0 ? "yes" : "no"));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(names, await AllModelsAsync("", pageSize: 7));
        Assert.Equal(names.Reverse(), await AllModelsAsync("", pageSize: 5, "last_updated_timestamp DESC"));
        Assert.Equal(names.Where(static n => (n[^1] - '0') % 2 == 0), await AllModelsAsync("tags.even = 'yes'", pageSize: 4));
        Assert.Equal(["m11"], await AllModelsAsync("name ILIKE 'M1%' AND tags.even != 'yes' AND name LIKE '%1'", pageSize: 4));
        Assert.Equal("registry.invalid_token", (await _models.SearchAsync(Alice, Search(SearchGrammar.RegisteredModels, "", 5, "bogus"), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Prompts_are_found_only_when_they_are_asked_for()
    {
        await CreateAsync("model");
        await CreateAsync("prompt", new Pair(RegisteredModel.PromptTag, "true"));
        await RegisterAsync("model");
        await RegisterAsync("prompt", new Pair(RegisteredModel.PromptTag, "true"));

        Assert.Equal(["model"], await AllModelsAsync("", pageSize: 5));
        Assert.Equal(["model"], await AllModelsAsync("tag.`mlflow.prompt.is_prompt` != 'true'", pageSize: 5));
        Assert.Equal(["prompt"], await AllModelsAsync("tag.`mlflow.prompt.is_prompt` = 'true'", pageSize: 5));
        Assert.Equal(["model"], (await FindVersionsAsync("")).Items.Select(static v => v.Name));
        Assert.Equal(["prompt"], (await FindVersionsAsync("tags.`mlflow.prompt.is_prompt` = 'true'")).Items.Select(static v => v.Name));
    }

    [Fact]
    public async Task Versions_are_found_by_their_attributes_and_tags()
    {
        await CreateAsync("m");
        await CreateAsync("n");
        await _versions.CreateAsync(Alice, "m", new("s3://b/one") { RunId = "r1", Tags = [new("k", "v")] }, Cancel);
        await _versions.CreateAsync(Alice, "m", new("s3://b/two") { RunId = "r2" }, Cancel);
        await _versions.CreateAsync(Alice, "n", new("s3://b/two"), Cancel);

        async Task<string[]> FindAsync(string filter) => [.. (await FindVersionsAsync(filter, "name ASC", "version_number ASC")).Items.Select(static v => $"{v.Name}{v.Version}")];

        Assert.Equal(["m1", "m2", "n1"], await FindAsync(""));
        Assert.Equal(["m1", "m2"], await FindAsync("name = 'm'"));
        Assert.Equal(["m2"], await FindAsync("name = 'm' AND version_number > 1"));
        Assert.Equal(["m1", "m2"], await FindAsync("run_id IN ('r1', 'r2', 'r3')"));
        Assert.Equal(["m2"], await FindAsync("run_id = 'r2'"));
        Assert.Equal(["n1"], await FindAsync("run_id = ''"));
        Assert.Equal(["m1", "n1"], await FindAsync("run_id IN ('r1', '')"));
        Assert.Equal(["m2", "n1"], await FindAsync("source_path LIKE '%two'"));
        Assert.Equal(["m1"], await FindAsync("tags.k = 'v'"));
        Assert.Empty((await _versions.SearchAsync(Elsewhere, Search(SearchGrammar.ModelVersions, "", 10, null), Cancel)).Value.Items);
    }

    [Fact]
    public async Task Tags_are_replaced_and_removed()
    {
        await CreateAsync("m", new Pair("k", "1"));
        await RegisterAsync("m", new Pair("k", "1"));

        await _models.SetTagAsync(Alice, "m", new("k", "2"), Cancel);
        await _versions.SetTagAsync(Alice, "m", "1", new("k", "2"), Cancel);
        Assert.Equal("2", (await _models.GetAsync(Alice, "m", Cancel)).Value.Tags[0].Value);
        Assert.Equal("2", (await _versions.GetAsync(Alice, "m", "1", Cancel)).Value.Tags[0].Value);

        await _models.RemoveTagAsync(Alice, "m", "k", Cancel);
        await _versions.RemoveTagAsync(Alice, "m", "1", "k", Cancel);
        Assert.True((await _models.RemoveTagAsync(Alice, "m", "k", Cancel)).Succeeded);
        Assert.Empty((await _models.GetAsync(Alice, "m", Cancel)).Value.Tags);
        Assert.Empty((await _versions.GetAsync(Alice, "m", "1", Cancel)).Value.Tags);
    }

    [Fact]
    public async Task Tags_and_aliases_are_read_as_they_were_written_and_in_the_order_of_their_bytes()
    {
        Pair[] tags = [new("Z", ""), new("a", "\"quoted\" \\ and {braces}, [brackets]"), new("b", "two\nlines\tand \u0001"), new("é", "naïve ✓ 🙂 \u2028")];
        await CreateAsync("m", [.. tags.Reverse()]);
        await RegisterAsync("m", [.. tags.Reverse()]);
        foreach (var alias in (string[])["b", "a", "Z"])
            await _versions.SetAliasAsync(Alice, "m", alias, "1", Cancel);

        Assert.Equal(tags, (await _models.FindAsync(Alice, "m", Cancel)).Value.Tags);
        Assert.Equal(tags, (await _models.GetAsync(Alice, "m", Cancel)).Value.Tags);
        foreach (var version in new[] { await _versions.GetAsync(Alice, "m", "1", Cancel), await _versions.GetByAliasAsync(Alice, "m", "latest", Cancel), await _versions.GetByAliasAsync(Alice, "m", "a", Cancel) })
        {
            Assert.Equal(tags, version.Value.Tags);
            Assert.Equal(["Z", "a", "b"], version.Value.Aliases);
        }

        Assert.Equal("registry.model_not_found", (await _models.FindAsync(Elsewhere, "m", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task What_no_database_could_hold_is_refused_or_not_found()
    {
        await CreateAsync("m");

        Assert.Equal("registry.invalid_text", (await _models.CreateAsync(Alice, "a\0", null, [], Cancel)).Failure?.Code);
        Assert.Equal("registry.model_not_found", (await _models.GetAsync(Alice, "a\0", Cancel)).Failure?.Code);
        Assert.Equal("registry.version_not_found", (await _versions.GetAsync(Alice, "a\0", "1", Cancel)).Failure?.Code);
        Assert.Equal("registry.version_not_found", (await _versions.GetAsync(Alice, "m", long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), Cancel)).Failure?.Code);
        Assert.Equal("registry.invalid_text", (await _models.DescribeAsync(Alice, "m", "a\0", Cancel)).Failure?.Code);
    }

    private RegistryEvents Events() => new(database.Services.GetRequiredService<Outbox>(), TestAudit.Log(database.Db, _clock));

    private ModelVersions Versions() => new(
        database.Db, Events(),
        new VersionSources(database.Db, new LoggedModels(database.Db, TestAudit.Log(database.Db, _clock), _clock)), _gates, new LineageSender(database.Services.GetRequiredService<Outbox>(), new()), _clock);

    private async Task<RegisteredModel> CreateAsync(string name, params Pair[] tags) => (await _models.CreateAsync(Alice, name, "", tags, Cancel)).Value;

    private async Task<ModelVersion> RegisterAsync(string name, params Pair[] tags) =>
        (await _versions.CreateAsync(Alice, name, new("s3://bucket/path") { Tags = tags }, Cancel)).Value;

    private async Task MoveAsync(string version, string stage) =>
        Assert.True((await _versions.MoveAsync(Alice, "m", version, stage, archiveExisting: false, Cancel)).Succeeded);

    private async Task<List<string>> AllModelsAsync(string filter, int pageSize, params string[] order)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = (await _models.SearchAsync(Alice, Search(SearchGrammar.RegisteredModels, filter, pageSize, token, order), Cancel)).Value;
            Assert.True(page.Items.Count <= pageSize);
            names.AddRange(page.Items.Select(static m => m.Name));
            token = page.NextToken;
        }
        while (token is not null);
        return names;
    }

    private async Task<Page<ModelVersion>> FindVersionsAsync(string filter, params string[] order) =>
        (await _versions.SearchAsync(Alice, Search(SearchGrammar.ModelVersions, filter, 100, null, order), Cancel)).Value;

    private static RegistrySearch Search(SearchGrammar grammar, string filter, int max, string? token, params string[] order) =>
        new(grammar.ParseFilter(filter).Value, grammar.ParseOrder(order).Value, max, token);

    private sealed class Gate(Failure? answer) : IPromotionGate
    {
        public ValueTask<Failure?> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel) => new(answer);
    }
}

public sealed class RegistryOnSqlite() : RegistryBehaviour(new SqliteDatabase());

public sealed class RegistryOnPostgres() : RegistryBehaviour(new PostgresDatabase());

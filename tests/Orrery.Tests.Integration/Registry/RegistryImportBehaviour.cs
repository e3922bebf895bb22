// A call that hangs is ended by the client itself, which waits for a bounded time.
#pragma warning disable xUnit1051
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

[Collection(nameof(TrackingOnOneSqlite))]
public sealed class RegistryImportOnSqlite(TrackingOnSqlite server) : RegistryImportBehaviour(server);

[Collection(nameof(TrackingOnOnePostgres))]
public sealed class RegistryImportOnPostgres(TrackingOnPostgres server) : RegistryImportBehaviour(server);

/// <summary>Models and versions that come from another server.</summary>
public abstract class RegistryImportBehaviour(TrackingServer server)
{
    private readonly string _workspace = "w" + Foreign.NewId()[16..];

    private OrreryClient? _client;

    private OrreryClient Client => _client ??= server.Client(_workspace);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_keeps_its_times_and_a_second_import_brings_it_up_to_date()
    {
        var made = await ImportAsync(Model());
        var again = await ImportAsync(Model() with { Description = "better", LastUpdatedTimestamp = 1_600_000_009_000 });

        var found = await Client.Models.GetAsync("churn");
        Assert.Equal((new("churn", true), new ImportedRegisteredModel("churn", false)), (made, again));
        Assert.Equal(("better", 1_600_000_003_000, 1_600_000_009_000), (found.Description, found.CreationTimestamp, found.LastUpdatedTimestamp));
        Assert.Equal([new Tag("team", "risk")], found.Tags);
    }

    [Fact]
    public async Task A_version_keeps_its_number_stage_times_tags_and_aliases()
    {
        await ImportAsync(Model());
        var made = await ImportAsync(Version("7"));
        var again = await ImportAsync(Version("7"));

        var found = await Client.Versions.GetAsync("churn", "7");
        Assert.Equal((true, false), (made.Created, again.Created));
        Assert.Equal(("Production", "seventh", "ab12"), (found.CurrentStage, found.Description, found.RunId));
        Assert.Equal((1_600_000_004_000, 1_600_000_005_000), (found.CreationTimestamp, found.LastUpdatedTimestamp));
        Assert.Equal("s3://elsewhere/7/model", found.Source);
        Assert.Equal([new Tag("k", "v")], found.Tags);
        Assert.Equal(["champion"], found.Aliases);
        Assert.Equal(1_600_000_003_500, (await Client.Models.GetAsync("churn")).LastUpdatedTimestamp);
        Assert.Equal("8", (await Client.Versions.CreateAsync(new() { Name = "churn", Source = "s3://b/x" })).Version);
    }

    [Fact]
    public async Task Aliases_move_to_where_the_source_has_them()
    {
        await ImportAsync(Model());
        await ImportAsync(Version("1"));
        await ImportAsync(Version("2") with { Aliases = ["challenger"] });

        await ImportAsync(Version("1") with { Aliases = [] });
        await ImportAsync(Version("2") with { Aliases = ["champion"] });

        Assert.Equal([new ModelAlias("champion", "2")], (await Client.Models.GetAsync("churn")).Aliases);
    }

    [Fact]
    public async Task What_was_changed_here_stays()
    {
        await ImportAsync(Model());
        await ImportAsync(Version("1"));
        await ImportAsync(Version("2") with { Aliases = ["challenger"] });
        await Client.Models.DescribeAsync("churn", "ours", Cancel);
        await Client.Models.SetTagAsync("churn", "team", "growth", Cancel);
        await Client.Models.SetAliasAsync("churn", "champion", "2", Cancel);
        await Client.Versions.TransitionAsync("churn", "1", "Archived", cancel: Cancel);
        await Client.Versions.SetTagAsync("churn", "1", "k", "ours", Cancel);

        await ImportAsync(Model() with { Description = "theirs" });
        await ImportAsync(Version("1") with { Tags = [new("k", "theirs"), new("new", "1")] });
        await ImportAsync(Version("2") with { Aliases = ["challenger"], Description = "theirs" });

        var model = await Client.Models.GetAsync("churn");
        Assert.Equal("ours", model.Description);
        Assert.Equal([new Tag("team", "growth")], model.Tags);
        Assert.Equal([new ModelAlias("challenger", "2"), new ModelAlias("champion", "2")], model.Aliases);
        var first = await Client.Versions.GetAsync("churn", "1");
        Assert.Equal("Archived", first.CurrentStage);
        Assert.Equal([new Tag("k", "ours"), new Tag("new", "1")], first.Tags);
        Assert.Equal("theirs", (await Client.Versions.GetAsync("churn", "2")).Description);
    }

    [Fact]
    public async Task A_taken_name_is_refused_unless_merged_and_a_taken_number_always()
    {
        await Client.Models.CreateAsync(new() { Name = "churn", Description = "ours", Tags = [new("team", "growth")] });
        await Client.Versions.CreateAsync(new() { Name = "churn", Source = "s3://b/ours" });

        await RefusedAsync(ImportCodes.NameTaken, () => ImportAsync(Model()));
        var merged = await Client.Imports.RegisteredModelAsync(new()
        {
            Source = Foreign.Source,
            Merge = true,
            Model = Model() with { Tags = [new("team", "risk"), new("cost", "7")] },
        });
        await RefusedAsync(ImportCodes.VersionTaken, () => ImportAsync(Version("1")));
        await ImportAsync(Version("2"));

        Assert.False(merged.Created);
        var found = await Client.Models.GetAsync("churn");
        Assert.Equal("ours", found.Description);
        Assert.Equal([new Tag("cost", "7"), new Tag("team", "growth")], found.Tags);
        Assert.Equal("s3://b/ours", (await Client.Versions.GetAsync("churn", "1")).Source);
    }

    [Fact]
    public async Task A_renamed_model_is_found_by_where_it_came_from()
    {
        await ImportAsync(Model());
        await ImportAsync(Version("1"));
        await Client.Models.RenameAsync("churn", "churn-old");
        await Client.Models.CreateAsync(new() { Name = "churn" });

        Assert.Equal("churn-old", (await ImportAsync(Model())).Name);
        Assert.Equal(new("churn-old", "2", true), await ImportAsync(Version("2")));
        Assert.Equal(2, await Client.Versions.OfModelAsync("churn-old").CountAsync(Cancel));
        Assert.Equal(0, await Client.Versions.OfModelAsync("churn").CountAsync(Cancel));
    }

    [Fact]
    public async Task The_package_of_an_imported_version_is_read_again_when_its_files_come_later()
    {
        var run = await Client.Runs.CreateAsync(new() { ExperimentId = "0" });
        await Client.Artifacts.At(run.Info.ArtifactUri!).UploadBytesAsync("flavors: {}\n"u8.ToArray(), "model/MLmodel");
        await ImportAsync(Model());
        await ImportAsync(Version("1") with { Source = "/home/ada/mlruns/1/ab12/artifacts/model" });
        await ImportAsync(Version("1") with { Source = run.Info.ArtifactUri + "/model", RunId = run.Info.RunId });

        await Eventually.HoldsAsync("the package is read", async () =>
        {
            var answer = await server.Server.Client.GetAnswerAsync($"w/{_workspace}/api/v1/models/churn/versions/1/package", Cancel);
            return answer.Body.Contains("\"stored\"", StringComparison.Ordinal);
        });

        // The copy is the registry's own: reading again when there is nothing left to read does not take it away.
        await Client.Runs.DeleteAsync(run.Info.RunId, Cancel);
        await ImportAsync(Version("1") with { Source = "s3://elsewhere/1/model" });
        var asked = await server.Server.Client.SendBytesAsync(HttpMethod.Post, $"w/{_workspace}/api/v1/models/churn/versions/1/package/read", null, Cancel);
        Assert.Equal(202, asked.Status);
        await Eventually.HoldsAsync("the reading has ended", async () => (await Client.Jobs.ListAsync(JobState.Failed, "registry.package", Cancel).ToListAsync(Cancel)).Count > 0);
        var failed = (await Client.Jobs.ListAsync(JobState.Failed, "registry.package", Cancel).ToListAsync(Cancel))[0];
        Assert.Contains("stays as it is", failed.Error?.Message, StringComparison.Ordinal);
        var kept = await server.Server.Client.GetAnswerAsync($"w/{_workspace}/api/v1/models/churn/versions/1/package", Cancel);
        Assert.Contains("\"stored\"", kept.Body, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(server.Server.DataDir, "blobs", _workspace, "models", "churn", "v1"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_leaves_nothing()
    {
        await RefusedAsync("registry.model_not_found", () => ImportAsync(Version("1")));
        await ImportAsync(Model());
        foreach (var number in new[] { "0", "-1", "x", "99999999999" })
            await Assert.ThrowsAsync<OrreryApiException>(() => ImportAsync(Version(number)));
        await RefusedAsync("registry.invalid_stage", () => ImportAsync(Version("1") with { CurrentStage = "Live" }));
        await RefusedAsync("registry.reserved_alias", () => ImportAsync(Version("1") with { Aliases = ["latest"] }));
        await RefusedAsync("registry.invalid_source", () => ImportAsync(Version("1") with { Source = "mlflow-artifacts:/0/a/../../etc" }));
        await RefusedAsync("registry.source_not_found", () => ImportAsync(Version("1") with { Source = "models:/nobody/3" }));
        await RefusedAsync("import.invalid", () => ImportAsync(Version("1") with { Status = ModelVersionStatus.FailedRegistration }));

        Assert.Equal(0, await Client.Versions.OfModelAsync("churn").CountAsync(Cancel));
        Assert.Equal("1", (await Client.Versions.CreateAsync(new() { Name = "churn", Source = "s3://b/x" })).Version);
    }

    private static RegisteredModel Model() => new()
    {
        Name = "churn",
        Description = "who leaves",
        UserId = "ada",
        CreationTimestamp = 1_600_000_003_000,
        LastUpdatedTimestamp = 1_600_000_003_500,
        Tags = [new("team", "risk")],
    };

    private static ModelVersion Version(string number) => new()
    {
        Name = "churn",
        Version = number,
        CurrentStage = "Production",
        Description = "seventh",
        Source = $"s3://elsewhere/{number}/model",
        RunId = "ab12",
        CreationTimestamp = 1_600_000_004_000,
        LastUpdatedTimestamp = 1_600_000_005_000,
        Tags = [new("k", "v")],
        Aliases = ["champion"],
    };

    private Task<ImportedRegisteredModel> ImportAsync(RegisteredModel model) =>
        Client.Imports.RegisteredModelAsync(new() { Source = Foreign.Source, Model = model });

    private Task<ImportedModelVersion> ImportAsync(ModelVersion version) =>
        Client.Imports.ModelVersionAsync(new() { Source = Foreign.Source, Version = version });

    private static async Task RefusedAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<OrreryApiException>(call)).ErrorCode);
}

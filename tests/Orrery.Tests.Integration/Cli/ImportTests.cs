using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Whole copies between workspaces of the real server: it is the MLflow server that is copied, and the one copied to.</summary>
public sealed class ImportTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-import-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerProcess Server => fixture.Process;

    [Fact]
    public async Task Experiments_arrive_with_runs_histories_and_files_and_a_second_import_finds_them_there()
    {
        using var old = NewClient("old-runs");
        using var copy = NewClient("new-runs");
        var (experiment, runs) = await FillAsync(old);

        var (code, output, errors) = await ImportAsync("old-runs", "new-runs", "--experiment", "churn");

        Assert.True(code is 0, output + errors);
        await AssertSameAsync(old, copy, experiment, runs);

        var (again, second, _) = await ImportAsync("old-runs", "new-runs", "--experiment", "churn");
        Assert.Equal(0, again);
        Assert.Equal(runs.Count, JsonDocument.Parse(second).RootElement.GetProperty("runs_already_there").GetInt32());
    }

    [Fact]
    public async Task An_archive_carries_a_server_over()
    {
        using var old = NewClient("old-archive");
        using var copy = NewClient("new-archive");
        var (experiment, runs) = await FillAsync(old);
        var archive = Path.Combine(_folder.FullName, "archive");

        var export = await Mlops.RunAsync(Server, Cancel, "export", "mlflow", "--to", archive, "--workspace", "old-archive", "--json");
        var import = await Mlops.RunAsync(
            Server, Cancel, "import", "archive", "--from", archive, "--workspace", "new-archive", "--experiment", "churn", "--json");

        Assert.True(export.ExitCode is 0, export.Out + export.Error);
        Assert.True(import.ExitCode is 0, import.Out + import.Error);
        await AssertSameAsync(old, copy, experiment, runs);
    }

    [Fact]
    public async Task Registered_models_arrive_with_their_numbers_stages_aliases_and_files()
    {
        using var old = NewClient("old-models");
        using var copy = NewClient("new-models");
        var run = await old.Runs.CreateAsync(new CreateRun { ExperimentId = "0" }, Cancel);
        var root = run.Info.ArtifactUri + "/model";
        await old.Artifacts.At(run.Info.ArtifactUri!).UploadBytesAsync("flavors: {}\n"u8.ToArray(), "model/MLmodel", cancel: Cancel);
        // 'approved' comes before 'churn' by name, and its version is a copy of one of churn's that is gone, or there.
        await old.Models.CreateAsync(new() { Name = "approved" }, Cancel);
        await old.Models.CreateAsync(new() { Name = "churn", Description = "who leaves", Tags = [new Tag("team", "risk")] }, Cancel);
        for (var version = 1; version <= 4; version++)
            await old.Versions.CreateAsync(new() { Name = "churn", Source = root, RunId = run.Info.RunId, Description = $"v{version}" }, Cancel);
        await old.Versions.TransitionAsync("churn", "3", "Production", cancel: Cancel);
        await old.Models.SetAliasAsync("churn", "champion", "3", Cancel);
        await old.Versions.CreateAsync(new() { Name = "approved", Source = "models:/churn/2" }, Cancel);
        await old.Versions.CreateAsync(new() { Name = "approved", Source = "models:/churn@champion" }, Cancel);
        await old.Versions.DeleteAsync("churn", "2", Cancel);

        var (code, output, errors) = await ImportAsync("old-models", "new-models");

        Assert.True(code is 0, output + errors);
        var model = await copy.Models.GetAsync("churn", Cancel);
        Assert.Equal((await old.Models.GetAsync("churn", Cancel)) with { LatestVersions = [], Tags = [], Aliases = [] }, model with { LatestVersions = [], Tags = [], Aliases = [] });
        Assert.Equal([new ModelAlias("champion", "3")], model.Aliases);
        var versions = await copy.Versions.OfModelAsync("churn", Cancel).ToListAsync(Cancel);
        Assert.Equal([("1", "None"), ("3", "Production"), ("4", "None")], versions.Select(v => (v.Version, v.CurrentStage)).Order());
        foreach (var (name, number) in versions.Select(v => ("churn", v.Version)).Concat([("approved", "1"), ("approved", "2")]))
        {
            var (from, to) = (await old.Versions.GetAsync(name, number, Cancel), await copy.Versions.GetAsync(name, number, Cancel));
            Assert.Equal((from.CreationTimestamp, from.LastUpdatedTimestamp, from.Description, from.RunId), (to.CreationTimestamp, to.LastUpdatedTimestamp, to.Description, to.RunId));
            var uri = await copy.Versions.GetDownloadUriAsync(name, number, Cancel);
            Assert.Equal("MLmodel", Assert.Single(await copy.Artifacts.At(uri).ListAsync(cancel: Cancel).ToListAsync(Cancel)).Path);
        }

        Assert.Equal("models:/churn@champion", (await copy.Versions.GetAsync("approved", "2", Cancel)).Source);
        Assert.Equal("5", (await copy.Versions.CreateAsync(new() { Name = "churn", Source = "s3://b/x" }, Cancel)).Version);
        Assert.Equal(0, (await ImportAsync("old-models", "new-models")).ExitCode);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private OrreryClient NewClient(string workspace) => new(Server.BaseAddress, new() { Workspace = workspace });

    private Task<(int ExitCode, string Out, string Error)> ImportAsync(string from, string to, params string[] more) => Mlops.RunAsync(
        Server, Cancel, ["import", "mlflow", "--from", $"{Server.BaseAddress}w/{from}", "--workspace", to, "--json", .. more]);

    private static async Task<(string Experiment, List<string> Runs)> FillAsync(OrreryClient client)
    {
        var experiment = await client.Experiments.CreateAsync(new CreateExperiment { Name = "churn", Tags = [new Tag("team", "ü")] }, Cancel);
        var runs = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var run = await client.Runs.CreateAsync(new CreateRun { ExperimentId = experiment, RunName = $"run {i}", UserId = "ada" }, Cancel);
            var id = run.Info.RunId;
            runs.Add(id);
            await using (var log = client.Runs.Write(id))
            {
                await log.ParamAsync("lr", $"0.{i}", Cancel);
                for (var step = 0; step < 1500 * i; step++)
                    await log.MetricAsync("loss", step % 100 is 0 ? double.NaN : 1.0 / step, step, Cancel);
            }

            var folder = await client.Artifacts.OfRunAsync(id, Cancel);
            var bytes = new byte[200_000 * i];
            new Random(i).NextBytes(bytes);
            await folder.UploadBytesAsync(bytes, "model/weights ü.bin", Cancel);
            await client.Runs.LogInputsAsync(
                new LogInputs { RunId = id, Datasets = [new DatasetInput { Dataset = new Dataset { Name = "d", Digest = $"{i}", SourceType = "local", Source = "x" } }] },
                Cancel);
            await client.Runs.FinishAsync(id, cancel: Cancel);
        }

        await client.Runs.DeleteAsync(runs[0], Cancel);
        return (experiment, runs);
    }

    private async Task AssertSameAsync(OrreryClient old, OrreryClient copy, string experiment, List<string> runs)
    {
        var theirs = await old.Experiments.GetAsync(experiment, Cancel);
        var ours = await copy.Experiments.FindAsync("churn", Cancel);
        Assert.Equal((theirs.CreationTime, theirs.LifecycleStage), (ours!.CreationTime, ours.LifecycleStage));
        Assert.Equal(theirs.Tags, ours.Tags);
        foreach (var id in runs)
        {
            var (from, to) = (await old.Runs.GetAsync(id, Cancel), await copy.Runs.GetAsync(id, Cancel));
            Assert.Equal(Bare(from.Info), Bare(to.Info));
            Assert.Equal(ours.ExperimentId, to.Info.ExperimentId);
            Assert.Equal(from.Data.Params, to.Data.Params);
            Assert.Equal(from.Data.Tags.OrderBy(tag => tag.Key), to.Data.Tags.OrderBy(tag => tag.Key));
            Assert.Equal(from.Data.Metrics, to.Data.Metrics);
            Assert.Equal(from.Inputs.DatasetInputs.Select(input => input.Dataset), to.Inputs.DatasetInputs.Select(input => input.Dataset));
            Assert.Equal(
                await old.Metrics.HistoryAsync(id, "loss", Cancel).ToListAsync(Cancel),
                await copy.Metrics.HistoryAsync(id, "loss", Cancel).ToListAsync(Cancel));
            Assert.Equal(await HashesAsync(old, id), await HashesAsync(copy, id));
        }
    }

    private async Task<IReadOnlyList<TransferredFile>> HashesAsync(OrreryClient client, string runId)
    {
        var folder = await client.Artifacts.OfRunAsync(runId, Cancel);
        return await folder.DownloadFolderAsync("", Directory.CreateDirectory(Path.Combine(_folder.FullName, Path.GetRandomFileName())).FullName, cancel: Cancel);
    }

    private static RunInfo Bare(RunInfo info) => info with { ExperimentId = "", ArtifactUri = "" };
}

// A call that hangs is ended by the client itself, which waits for a bounded time.
#pragma warning disable xUnit1051
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

[Collection(nameof(TrackingOnOneSqlite))]
public sealed class GcOnSqlite(TrackingOnSqlite server) : GcBehaviour(server);

[Collection(nameof(TrackingOnOnePostgres))]
public sealed class GcOnPostgres(TrackingOnPostgres server) : GcBehaviour(server)
{
    protected override Task<ServerProcess> StartOwnAsync() => TrackingOnPostgres.StartOwnAsync();
}

/// <summary>What was deleted goes for good; what is needed stays; a kill in between harms nothing.</summary>
public abstract class GcBehaviour(TrackingServer server)
{
    private readonly string _workspace = "w" + Foreign.NewId()[16..];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_run_goes_with_all_that_was_logged_to_it()
    {
        var client = server.Client(_workspace);
        var experiment = await client.Experiments.CreateAsync(new() { Name = "e" });
        var kept = await RunAsync(client, experiment);
        var gone = await RunAsync(client, experiment);
        await client.Runs.DeleteAsync(gone);

        var young = await CollectAsync(client, TimeSpan.FromDays(30));
        var report = await CollectAsync(client, TimeSpan.Zero);

        Assert.Equal(0, young.Runs);
        Assert.Equal((1, 2, 30), (report.Runs, report.Artifacts, report.Bytes));
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync(gone))).IsNotFound);
        Assert.Equal("0.1", Assert.Single((await client.Runs.GetAsync(kept)).Data.Params).Value);
        Assert.Single(server.Blobs(_workspace));
        // The id is free again, and nothing of the old run is left in it.
        await client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(gone, experiment)));
        Assert.Equal(0, Assert.Single(await client.Imports.RunStatesAsync(Foreign.Source, [gone])).Found!.MetricKeys);
    }

    [Fact]
    public async Task A_dry_run_counts_the_same_and_removes_nothing()
    {
        var client = server.Client(_workspace);
        var experiment = await client.Experiments.CreateAsync(new() { Name = "e" });
        var run = await RunAsync(client, experiment);
        var model = await client.LoggedModels.CreateAsync(new() { ExperimentId = experiment, Name = "m" });
        await client.LoggedModels.DeleteAsync(model.Info.ModelId);
        await client.Experiments.DeleteAsync(experiment);

        var dry = await CollectAsync(client, TimeSpan.Zero, dryRun: true);
        await client.Experiments.RestoreAsync(experiment);
        await client.Experiments.DeleteAsync(experiment);
        Assert.Equal(LifecycleStage.Deleted, (await client.Runs.GetAsync(run)).Info.LifecycleStage);
        Assert.Single(server.Blobs(_workspace));
        var real = await CollectAsync(client, TimeSpan.Zero);

        Assert.Equal((1, 1, 1, 2), (dry.Experiments, dry.Runs, dry.LoggedModels, dry.Artifacts));
        Assert.Equal(dry, real with { DryRun = true });
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => client.Experiments.GetAsync(experiment))).IsNotFound);
        Assert.Empty(server.Blobs(_workspace));
    }

    [Fact]
    public async Task Only_the_experiments_asked_for_are_looked_at()
    {
        var client = server.Client(_workspace);
        var one = await client.Experiments.CreateAsync(new() { Name = "one" });
        var two = await client.Experiments.CreateAsync(new() { Name = "two" });
        await client.Runs.DeleteAsync(await RunAsync(client, one));
        await client.Runs.DeleteAsync(await RunAsync(client, two));

        var report = await CollectAsync(client, TimeSpan.Zero, experiments: one);

        Assert.Equal(1, report.Runs);
        Assert.Empty(await client.Runs.SearchAsync(new() { ExperimentIds = [one], RunViewType = Contracts.ViewType.All }).ToListAsync(Cancel));
        Assert.Single(await client.Runs.SearchAsync(new() { ExperimentIds = [two], RunViewType = Contracts.ViewType.All }).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_deleted_experiment_that_still_holds_an_import_stays()
    {
        var client = server.Client(_workspace);
        var experiment = (await client.Imports.ExperimentAsync(new()
        {
            Source = Foreign.Source,
            Experiment = Foreign.Experiment("5", "old") with { LifecycleStage = LifecycleStage.Deleted },
        })).ExperimentId;

        var young = await CollectAsync(client, TimeSpan.FromHours(1));
        await client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(Foreign.NewId(), experiment)));
        var busy = await CollectAsync(client, TimeSpan.Zero);

        Assert.Equal((0, 0), (young.Experiments, busy.Experiments));
        Assert.Equal("old", (await client.Experiments.GetAsync(experiment)).Name);
    }

    [Fact]
    public async Task What_a_version_was_made_of_stays_until_the_version_goes()
    {
        var client = server.Client(_workspace);
        var experiment = await client.Experiments.CreateAsync(new() { Name = "e" });
        var (named, located, free) = (await RunAsync(client, experiment), await RunAsync(client, experiment), await RunAsync(client, experiment));
        var misnamed = await RunAsync(client, experiment);
        var model = await client.LoggedModels.CreateAsync(new() { ExperimentId = experiment, Name = "m" });
        await client.Artifacts.At(model.Info.ArtifactUri!).UploadBytesAsync(new byte[40], "MLmodel");
        await client.Models.CreateAsync(new() { Name = "churn" });
        await client.Versions.CreateAsync(new() { Name = "churn", Source = $"mlflow-artifacts:/{experiment}/{named}/artifacts/model", RunId = named });
        await client.Versions.CreateAsync(new() { Name = "churn", Source = $"mlflow-artifacts:/{experiment}/{located}/artifacts/model" });
        await client.Versions.CreateAsync(new() { Name = "churn", Source = $"models:/{model.Info.ModelId}" });
        // What a client calls its run may be anything.
        await client.Versions.CreateAsync(new() { Name = "churn", Source = $"mlflow-artifacts:/{experiment}/{misnamed}/artifacts/model", RunId = "artifacts" });
        await client.Experiments.DeleteAsync(experiment);

        var dry = await CollectAsync(client, TimeSpan.Zero, dryRun: true);
        var report = await CollectAsync(client, TimeSpan.Zero);

        Assert.Equal((0, 1, 0, 4), (report.Experiments, report.Runs, report.LoggedModels, report.KeptBecauseRegistered));
        Assert.Equal(report, dry with { DryRun = false });
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync(free))).IsNotFound);
        foreach (var run in new[] { named, located, misnamed })
            Assert.Equal(2, (await client.Artifacts.ListAsync(run).ToListAsync(Cancel)).Count);
        Assert.Equal(model.Info.ModelId, (await client.LoggedModels.GetAsync(model.Info.ModelId)).Info.ModelId);

        await client.Models.DeleteAsync("churn");
        var after = await CollectAsync(client, TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, 3, 1, 0), (after.Experiments, after.Runs, after.LoggedModels, after.KeptBecauseRegistered));
    }

    [Fact]
    public async Task Old_blobs_that_nothing_names_are_swept_and_young_ones_are_not()
    {
        var client = server.Client(_workspace);
        var run = await RunAsync(client, "0");
        var folder = Path.GetDirectoryName(server.Blobs(_workspace)[0])!;
        var old = Path.Combine(folder, "lost.bin~0123456789ab");
        var young = Path.Combine(folder, "arriving.bin~0123456789ab");
        await File.WriteAllBytesAsync(old, new byte[7], Cancel);
        await File.WriteAllBytesAsync(young, new byte[7], Cancel);
        foreach (var blob in server.Blobs(_workspace).Except([young]))
            File.SetLastWriteTimeUtc(blob, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        var dry = await CollectAsync(client, TimeSpan.Zero, dryRun: true);
        Assert.True(File.Exists(old));
        var report = await CollectAsync(client, TimeSpan.Zero);

        Assert.Equal((1, 7), (dry.Artifacts, dry.Bytes));
        Assert.Equal((1, 7), (report.Artifacts, report.Bytes));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        Assert.Equal(2, (await client.Artifacts.ListAsync(run).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_leaves_whole_runs_or_none_and_ends_the_work_after_the_restart()
    {
        const int Runs = 30;
        await using var fresh = await StartOwnAsync();
        using var client = new OrreryClient(fresh.BaseAddress, new() { Workspace = _workspace });
        var experiment = await client.Experiments.CreateAsync(new() { Name = "e" });
        var kept = await RunAsync(client, experiment);
        var deleted = new List<string>();
        for (var i = 0; i < Runs; i++)
            deleted.Add(await RunAsync(client, experiment));
        foreach (var run in deleted)
            await client.Runs.DeleteAsync(run);
        var blobs = Path.Combine(fresh.DataDir, "blobs", _workspace, "artifacts");
        int Files() => Directory.Exists(blobs) ? Directory.GetFiles(blobs, "*", SearchOption.AllDirectories).Length : 0;
        var before = Files();

        var job = await client.Jobs.StartGcAsync(new() { OlderThan = TimeSpan.Zero }, Cancel);
        await Eventually.HoldsAsync("some files are gone", () => Files() < before);
        await fresh.RestartAsync(Cancel);

        // Whatever is still there of the deleted runs is whole.
        foreach (var run in await client.Runs.SearchAsync(new() { ExperimentIds = [experiment], RunViewType = Contracts.ViewType.All }).ToListAsync(Cancel))
        {
            Assert.Equal("0.1", Assert.Single(run.Data.Params).Value);
            Assert.Equal(20, await client.Metrics.HistoryAsync(run.Info.RunId, "loss").CountAsync(Cancel));
            Assert.Equal(2, (await client.Artifacts.ListAsync(run.Info.RunId).ToListAsync(Cancel)).Count);
        }

        // The lease of the killed server runs out; a collection asked for anew need not wait for that.
        var report = await CollectAsync(client, TimeSpan.FromMilliseconds(1));
        Assert.Empty(await client.Runs.SearchAsync(new() { ExperimentIds = [experiment], RunViewType = Contracts.ViewType.DeletedOnly }).ToListAsync(Cancel));
        Assert.Equal("0.1", Assert.Single((await client.Runs.GetAsync(kept)).Data.Params).Value);
        Assert.True(report.Runs <= Runs);
        // A blob may have lost its index row only; it is a day too young for the sweep.
        foreach (var blob in Directory.GetFiles(blobs, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(blob, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        await CollectAsync(client, TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, Files());
        Assert.Equal("tracking.gc", (await client.Jobs.GetAsync(job.JobId, Cancel)).Kind);
    }

    [Fact]
    public async Task A_job_is_listed_and_an_ended_one_cannot_be_cancelled()
    {
        var client = server.Client(_workspace);
        await CollectAsync(client, TimeSpan.Zero);

        var job = Assert.Single(await client.Jobs.ListAsync(JobState.Succeeded, "tracking.gc", Cancel).ToListAsync(Cancel));

        Assert.Equal(("local-admin", 1), (job.CreatedBy, job.Attempts));
        Assert.Empty(await client.Jobs.ListAsync(JobState.Failed, cancel: Cancel).ToListAsync(Cancel));
        Assert.Equal("storage.job_finished", (await Assert.ThrowsAsync<OrreryApiException>(() => client.Jobs.CancelAsync(job.JobId))).ErrorCode);
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => client.Jobs.GetAsync("nonsense"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => server.Client(_workspace + "b").Jobs.GetAsync(job.JobId))).IsNotFound);
    }

    /// <summary>A server that the test may kill.</summary>
    protected virtual Task<ServerProcess> StartOwnAsync() => TrackingServer.StartAsync([]);

    private static async Task<GcReport> CollectAsync(OrreryClient client, TimeSpan olderThan, bool dryRun = false, params string[] experiments)
    {
        var job = await client.Jobs.StartGcAsync(new() { OlderThan = olderThan, DryRun = dryRun, ExperimentIds = experiments }, Cancel);
        await Eventually.HoldsAsync("the collection has ended", async () =>
        {
            job = await client.Jobs.GetAsync(job.JobId, Cancel);
            return job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
        });
        Assert.True(job.State is JobState.Succeeded, job.Error?.Message);
        return job.Result!.Value.Deserialize(OrreryJson.TypeOf<GcReport>())!;
    }

    private static async Task<string> RunAsync(OrreryClient client, string experiment)
    {
        var run = await client.Runs.CreateAsync(new() { ExperimentId = experiment });
        await client.Runs.LogBatchAsync(new() { RunId = run.Info.RunId, Params = [new("lr", "0.1")], Metrics = Foreign.Curve("loss", 20), Tags = [new("team", "risk")] });
        var folder = client.Artifacts.At(run.Info.ArtifactUri!);
        await folder.UploadBytesAsync(new byte[10], "a.bin");
        await folder.UploadBytesAsync(new byte[20], "model/b.bin");
        return run.Info.RunId;
    }
}

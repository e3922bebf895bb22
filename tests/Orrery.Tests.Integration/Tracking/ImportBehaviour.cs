// A call that hangs is ended by the client itself, which waits for a bounded time.
#pragma warning disable xUnit1051
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Integration;

[Collection(nameof(TrackingOnOneSqlite))]
public sealed class ImportOnSqlite(TrackingOnSqlite server) : ImportBehaviour(server);

[Collection(nameof(TrackingOnOnePostgres))]
public sealed class ImportOnPostgres(TrackingOnPostgres server) : ImportBehaviour(server);

/// <summary>What comes from another server: whole, once, and invisible until it is whole.</summary>
public abstract class ImportBehaviour(TrackingServer server)
{
    private readonly OrreryClient _client = server.Client("w" + Foreign.NewId()[16..]);

    [Fact]
    public async Task An_experiment_keeps_its_name_and_times_and_gets_a_root_of_this_server()
    {
        var made = await _client.Imports.ExperimentAsync(new() { Source = Foreign.Source, Experiment = Foreign.Experiment("17", "churn") });
        var again = await _client.Imports.ExperimentAsync(new() { Source = Foreign.Source, Experiment = Foreign.Experiment("17", "churn v2") });

        var found = await _client.Experiments.GetAsync(made.ExperimentId);
        Assert.True(made.Created);
        Assert.Equal(made with { Created = false }, again);
        Assert.Equal($"mlflow-artifacts:/{made.ExperimentId}", found.ArtifactLocation);
        Assert.Equal(("churn v2", 1_600_000_000_000, 1_600_000_000_500), (found.Name, found.CreationTime, found.LastUpdateTime));
        Assert.Equal([new Tag("team", "risk")], found.Tags);
    }

    [Fact]
    public async Task An_experiment_in_a_foreign_store_stays_there_and_experiment_0_is_experiment_0()
    {
        var bucket = await _client.Imports.ExperimentAsync(
            new() { Source = Foreign.Source, Experiment = Foreign.Experiment("3", "in s3") with { ArtifactLocation = "s3://bucket/3" } });
        var zero = await _client.Imports.ExperimentAsync(new() { Source = Foreign.Source, Experiment = Foreign.Experiment("0", "Default") });

        Assert.Equal("s3://bucket/3", bucket.ArtifactLocation);
        Assert.Equal(("0", false), (zero.ExperimentId, zero.Created));
    }

    [Fact]
    public async Task A_taken_name_is_refused_unless_it_is_to_be_merged()
    {
        var own = await _client.Experiments.CreateAsync(new() { Name = "churn", Tags = [new("team", "growth")] });

        await RefusedAsync(ImportCodes.NameTaken, () => Foreign.ExperimentAsync(_client));
        var merged = await _client.Imports.ExperimentAsync(
            new() { Source = Foreign.Source, Merge = true, Experiment = Foreign.Experiment("17", "churn") with { Tags = [new("team", "risk"), new("cost", "7")] } });

        Assert.Equal((own, false), (merged.ExperimentId, merged.Created));
        Assert.Equal([new Tag("cost", "7"), new Tag("team", "growth")], (await _client.Experiments.GetAsync(own)).Tags);
    }

    [Fact]
    public async Task A_run_is_invisible_until_it_is_complete_and_then_whole()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = Foreign.NewId();
        var opened = await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment)));
        await _client.Artifacts.At(opened.ArtifactUri).UploadBytesAsync(new byte[10], "model/weights.bin");
        await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 100) });

        Assert.Equal(ImportState.Open, opened.State);
        await AssertInvisibleAsync(id, experiment);

        var status = await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 100, artifacts: 1, bytes: 10));

        var run = await _client.Runs.GetAsync(id);
        Assert.Equal(ImportState.Complete, status.State);
        Assert.Equal(100, status.Found!.MetricPoints);
        Assert.Equal(("sunny-moon-7", "ada", RunStatus.Finished), (run.Info.RunName, run.Info.UserId, run.Info.Status));
        Assert.Equal((1_600_000_001_000, 1_600_000_002_000), (run.Info.StartTime, run.Info.EndTime));
        Assert.Equal($"mlflow-artifacts:/{experiment}/{id}/artifacts", run.Info.ArtifactUri);
        Assert.Equal([new("depth", "4"), new("lr", "0.1")], run.Data.Params);
        Assert.Equal(3, run.Data.Tags.Count);
        Assert.Equal("d1g35t", Assert.Single(run.Inputs.DatasetInputs).Dataset.Digest);
        Assert.Equal((0.01, 99), (Assert.Single(run.Data.Metrics).Value, run.Data.Metrics[0].Step));
        Assert.Equal(100, await _client.Metrics.HistoryAsync(id, "loss").CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal("weights.bin", Assert.Single(await _client.Artifacts.ListAsync(id, "model").ToListAsync(TestContext.Current.CancellationToken)).Path.Split('/')[^1]);
    }

    [Fact]
    public async Task An_interrupted_import_goes_on_where_it_was()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = Foreign.NewId();
        var never = Foreign.NewId();
        var run = Foreign.Run(id, experiment);
        await _client.Imports.OpenRunAsync(Foreign.Open(run with { Data = new() { Params = [new("stale", "1")] } }));
        await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 50) });

        var states = await _client.Imports.RunStatesAsync(Foreign.Source, [never, id]);
        var opened = await _client.Imports.OpenRunAsync(Foreign.Open(run));
        var sent = await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = [.. Foreign.Curve("loss", 80), .. Foreign.Curve("loss", 1)] });
        await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 80));

        Assert.Equal([ImportState.Absent, ImportState.Open], states.Select(static s => s.State));
        Assert.Equal((50, 1), (states[1].Found!.MetricPoints, states[1].Found!.Params));
        Assert.Equal((ImportState.Open, 50), (opened.State, opened.MetricPoints));
        Assert.Equal(new ImportedMetrics(Stored: 30, MetricPoints: 80), sent);
        Assert.Equal(["depth", "lr"], (await _client.Runs.GetAsync(id)).Data.Params.Select(static p => p.Key));
    }

    [Fact]
    public async Task Points_of_any_order_and_value_are_stored_once()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = Foreign.NewId();
        await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment)));
        Metric[] odd =
        [
            new("loss", double.NaN, 5, -1), new("loss", double.NaN, 5, -1), new("loss", double.PositiveInfinity, 9, 2), new("loss", 0.5, 1, 7), new("loss", 0.5, 1, 3),
        ];

        var first = await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = odd });
        var second = await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = [.. odd.Reverse(), new("acc", 1, 1)] });
        await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 5, keys: 2));

        Assert.Equal((4, 1), (first.Stored, second.Stored));
        Assert.Equal([3L, 7L, -1L, 2L], (await _client.Metrics.HistoryAsync(id, "loss").ToListAsync(TestContext.Current.CancellationToken)).Select(static p => p.Step));
    }

    [Fact]
    public async Task Importing_twice_changes_nothing()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = await ImportAsync(experiment);
        await _client.Runs.SetTagAsync(id, "mine", "yes");
        await _client.Runs.DeleteTagAsync(id, "mine");
        var before = await _client.Runs.GetAsync(id);

        var opened = await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment) with { Data = new() }));
        var completed = await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 10));

        Assert.Equal(ImportState.Complete, opened.State);
        Assert.Equal(ImportState.Complete, completed.State);
        await RefusedAsync(ImportCodes.Complete, () => _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 1) }));
        Assert.Equal(before.Data.Params, (await _client.Runs.GetAsync(id)).Data.Params);
        Assert.Equal(ImportState.Complete, Assert.Single(await _client.Imports.RunStatesAsync(Foreign.Source, [id])).State);
    }

    [Fact]
    public async Task What_was_logged_since_counts_when_a_complete_import_is_verified_again()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var run = Foreign.Run(Foreign.NewId(), experiment);
        var id = await ImportAsync(experiment, run);
        await _client.Runs.LogBatchAsync(new() { RunId = id, Metrics = [new("loss", 0.5, 7, 77), new("acc", 0.5, 7, 77), .. Foreign.Curve("loss", 1)] });

        var again = await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 12, keys: 2));

        Assert.Equal((12, 2), (again.Found!.MetricPoints, again.Found.MetricKeys));
    }

    [Fact]
    public async Task Wrong_counts_refuse_completion_and_leave_the_import_open()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = Foreign.NewId();
        await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment)));
        await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 9) });

        var refusal = await RefusedAsync(ImportCodes.Incomplete, () => _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 10, artifacts: 1)));

        Assert.Equal(["expected.metric_points", "expected.artifacts"], refusal.Problem!.Errors.Select(static e => e.Field));
        await AssertInvisibleAsync(id, experiment);
        await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 1, from: 9) });
        Assert.Equal(ImportState.Complete, (await _client.Imports.CompleteRunAsync(id, Foreign.Expect(points: 10))).State);
    }

    [Fact]
    public async Task An_id_that_did_not_come_from_the_source_is_refused()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var own = (await _client.Runs.CreateAsync(new() { ExperimentId = experiment })).Info.RunId;
        var other = await ImportAsync(experiment);

        await RefusedAsync(ImportCodes.IdTaken, () => _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(own, experiment))));
        await RefusedAsync(ImportCodes.IdTaken, () => _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(other, experiment), "http://elsewhere")));
        await RefusedAsync(ImportCodes.NotOpen, () => _client.Imports.CompleteRunAsync(own, Foreign.Expect(points: 0)));
        var states = await _client.Imports.RunStatesAsync(Foreign.Source, [own, other]);
        Assert.Equal([ImportState.Taken, ImportState.Complete], states.Select(static s => s.State));
    }

    [Fact]
    public async Task A_deleted_run_comes_deleted_and_can_be_restored()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var run = Foreign.Run(Foreign.NewId(), experiment);
        var id = await ImportAsync(experiment, run with { Info = run.Info with { LifecycleStage = LifecycleStage.Deleted } });

        Assert.Equal(LifecycleStage.Deleted, (await _client.Runs.GetAsync(id)).Info.LifecycleStage);
        await _client.Runs.RestoreAsync(id);
        Assert.Equal(LifecycleStage.Active, (await _client.Runs.GetAsync(id)).Info.LifecycleStage);
    }

    [Fact]
    public async Task An_abandoned_import_leaves_nothing_and_may_begin_anew()
    {
        var workspace = _client.Options.Workspace!;
        var experiment = await Foreign.ExperimentAsync(_client);
        var id = Foreign.NewId();
        var opened = await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment)));
        await _client.Artifacts.At(opened.ArtifactUri).UploadBytesAsync(new byte[20], "a.bin");
        await _client.Imports.MetricsAsync(id, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 9) });

        await _client.Imports.AbandonRunAsync(Foreign.Source, id);

        Assert.Empty(server.Blobs(workspace));
        Assert.Equal(ImportState.Absent, Assert.Single(await _client.Imports.RunStatesAsync(Foreign.Source, [id])).State);
        await RefusedAsync(ImportCodes.NotOpen, () => _client.Imports.AbandonRunAsync(Foreign.Source, id));
        Assert.Equal(0, (await _client.Imports.OpenRunAsync(Foreign.Open(Foreign.Run(id, experiment)))).MetricPoints);
    }

    [Fact]
    public async Task A_logged_model_is_invisible_until_it_is_complete()
    {
        var experiment = await Foreign.ExperimentAsync(_client);
        var run = await ImportAsync(experiment);
        var id = "m-" + Foreign.NewId();
        var opened = await _client.Imports.OpenLoggedModelAsync(new() { Source = Foreign.Source, Model = Foreign.Model(id, experiment, run) });
        await _client.Imports.OpenLoggedModelAsync(new() { Source = Foreign.Source, Model = Foreign.Model(id, experiment, run) });
        await _client.Artifacts.At(opened.ArtifactUri).UploadBytesAsync(new byte[10], "MLmodel");
        var expected = new ImportCounts { Params = 1, Tags = 1, MetricPoints = 1, Artifacts = 1, ArtifactBytes = 10 };

        await Assert.ThrowsAsync<OrreryApiException>(() => _client.LoggedModels.GetAsync(id));
        await RefusedAsync(ImportCodes.Incomplete, () => _client.Imports.CompleteLoggedModelAsync(
            id, new() { Source = Foreign.Source, Expected = expected with { Artifacts = 2 } }));
        await _client.Imports.CompleteLoggedModelAsync(id, new() { Source = Foreign.Source, Expected = expected });

        var model = await _client.LoggedModels.GetAsync(id);
        Assert.Equal(("forest", Contracts.LoggedModelStatus.Ready, run), (model.Info.Name, model.Info.Status, model.Info.SourceRunId));
        Assert.Equal((1_600_000_001_500, 1_600_000_001_600), (model.Info.CreationTimestampMs, model.Info.LastUpdatedTimestampMs));
        Assert.Equal("telco", Assert.Single(model.Data.Metrics).DatasetName);
        var state = Assert.Single(await _client.Imports.LoggedModelStatesAsync(Foreign.Source, [id]));
        Assert.Equal((ImportState.Complete, 1), (state.State, state.Found!.MetricPoints));
    }

    [Theory]
    [InlineData("""{"source":"s"}""")]
    [InlineData("""{"source":null,"run":{"info":{"run_id":"x","experiment_id":"0"}}}""")]
    [InlineData("""{"source":"s","run":null}""")]
    [InlineData("""{"source":"s","run":{"info":{"run_id":"../x","experiment_id":"0"}}}""")]
    [InlineData("""{"source":"s","run":{"info":{"run_id":"0123456789abcdef0123456789abcdef","experiment_id":"0","run_name":"a\u0000b"}}}""")]
    [InlineData("""{"source":"s","run":{"info":{"run_id":"0123456789abcdef0123456789abcdef","experiment_id":"0"},"data":{"tags":[{"key":""}]}}}""")]
    [InlineData("""{"source":"s","run":{"info":{"run_id":"0123456789abcdef0123456789abcdef","experiment_id":"0","artifact_uri":"s3://b/../c"}}}""")]
    [InlineData("not json")]
    public async Task A_malformed_run_is_the_callers_fault(string body)
    {
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await server.Server.Client.PostAsync(new Uri("api/v1/import/runs", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<OrreryApiException> RefusedAsync(string code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<OrreryApiException>(call);
        Assert.Equal(code, refusal.ErrorCode);
        return refusal;
    }

    private async Task<string> ImportAsync(string experiment, Run? run = null)
    {
        run ??= Foreign.Run(Foreign.NewId(), experiment);
        await _client.Imports.OpenRunAsync(Foreign.Open(run));
        await _client.Imports.MetricsAsync(run.Info.RunId, new() { Source = Foreign.Source, Metrics = Foreign.Curve("loss", 10) });
        await _client.Imports.CompleteRunAsync(run.Info.RunId, Foreign.Expect(points: 10));
        return run.Info.RunId;
    }

    private async Task AssertInvisibleAsync(string id, string experiment)
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.True((await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.GetAsync(id))).IsNotFound);
        Assert.Empty(await _client.Runs.SearchAsync(new() { ExperimentIds = [experiment], RunViewType = Contracts.ViewType.All }).ToListAsync(cancel));
        Assert.Empty(await _client.Runs.SearchAsync(new() { ExperimentIds = [experiment], Filter = "params.lr = '0.1'" }).ToListAsync(cancel));
        var bulk = $"w/{_client.Options.Workspace}/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={id}&metric_key=loss";
        Assert.DoesNotContain("value", await server.Server.Client.GetStringAsync(new Uri(bulk, UriKind.Relative), cancel), StringComparison.Ordinal);
        await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.SetTagAsync(id, "a", "b"));
        await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.DeleteAsync(id));
        await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.RestoreAsync(id));
    }
}

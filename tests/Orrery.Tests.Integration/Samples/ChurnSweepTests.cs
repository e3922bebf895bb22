using Churn;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the sample writes, read back from the real server.</summary>
public sealed class ChurnSweepTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>, IDisposable
{
    private readonly OrreryClient _client = new(fixture.Process.BaseAddress);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_candidate_becomes_a_finished_run_below_the_sweep_with_all_it_made()
    {
        var (sweepId, logged) = await SweepAsync(Candidate.Logistic(ridge: 1));

        var run = await _client.Runs.GetAsync(logged.Log.RunId, Cancel);
        Assert.Equal(RunStatus.Finished, run.Info.Status);
        Assert.Contains(new Tag("mlflow.parentRunId", sweepId), run.Data.Tags);
        Assert.Contains(new Param("ridge", "1"), run.Data.Params);
        Assert.Equal(logged.Trained.Valid.Auc, run.Data.Metrics.Single(metric => metric.Key == "valid_auc").Value);
        Assert.Equal("telco_churn", Assert.Single(run.Inputs.DatasetInputs).Dataset.Name);
        Assert.Equal(logged.Trained.Iterations.Count, await _client.Metrics.HistoryAsync(logged.Log.RunId, "iteration/valid_auc", Cancel).CountAsync(Cancel));

        var plots = await _client.Artifacts.ListAsync(logged.Log.RunId, "plots", Cancel).Select(file => file.Path).ToListAsync(Cancel);
        Assert.Equal(["plots/calibration.svg", "plots/feature_importance.svg", "plots/learning_curve.svg", "plots/roc.svg"], plots.Order(StringComparer.Ordinal));
        var model = await _client.Artifacts.ListAsync(logged.Log.RunId, "model", Cancel).Select(file => file.Path).ToListAsync(Cancel);
        Assert.Contains("model/MLmodel", model);
        Assert.Contains("model/model.onnx", model);
    }

    [Fact]
    public async Task A_run_whose_work_fails_ends_as_failed()
    {
        var experiment = await _client.Experiments.GetOrCreateAsync("churn", Cancel);
        var runId = "";
        await Assert.ThrowsAsync<ArithmeticException>(() => RunLogger.DuringAsync<int>(
            _client, experiment.ExperimentId, "unlucky", parentRunId: null,
            log =>
            {
                runId = log.RunId;
                throw new ArithmeticException("No convergence.");
            },
            Cancel));

        Assert.Equal(RunStatus.Failed, (await _client.Runs.GetAsync(runId, Cancel)).Info.Status);
    }

    [Fact]
    public async Task The_training_set_is_the_table_and_the_same_on_every_server()
    {
        var folder = Directory.CreateTempSubdirectory("churn-features-");
        try
        {
            var console = Spectre.Console.AnsiConsole.Create(new() { Out = new Spectre.Console.AnsiConsoleOutput(TextWriter.Null) });
            var made = await new ChurnFeatures(_client, console).MakeAsync(ChurnRows.Data.File.Path, folder.FullName, Cancel);

            // What samples/churn/README.md says. It holds on any machine: the hash is of the rows alone.
            Assert.Contains(made.ContentHash, await File.ReadAllTextAsync(Repository.PathOf("samples", "churn", "README.md"), Cancel), StringComparison.Ordinal);
            var rows = ChurnData.Read(made.Path, Sweep.Seed);
            Assert.Equal(ChurnRows.Data.File.Customers, rows.File.Customers);
            Assert.Equal(ChurnRows.Data.Train.Labels, rows.Train.Labels);
            var again = await _client.Features.ReproduceAsync(ChurnFeatures.Project, made.Id, Cancel);
            Assert.True(again.Equal, string.Join("; ", again.Differences));
            var elsewhere = await ServerProcess.StartAsync(cancel: Cancel);
            await using (elsewhere)
            {
                using var other = new OrreryClient(elsewhere.BaseAddress);
                Assert.Equal(made.ContentHash, (await new ChurnFeatures(other, console).MakeAsync(ChurnRows.Data.File.Path, folder.FullName, Cancel)).ContentHash);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(string SweepId, LoggedRun Run)> SweepAsync(Candidate candidate)
    {
        var experiment = await _client.Experiments.GetOrCreateAsync(ChurnStory.Experiment, Cancel);
        var environment = await EnvironmentCapture.TakeAsync(Repository.Root, TimeProvider.System, Cancel);
        var runner = new SweepRunner(_client, experiment.ExperimentId, ChurnRows.Data, ChurnDataset.Describe(ChurnRows.Data.File), environment, TimeProvider.System);
        return await RunLogger.DuringAsync(
            _client, experiment.ExperimentId, "sweep", parentRunId: null,
            async sweep =>
            {
                await runner.DescribeAsync(sweep, Cancel);
                return (sweep.RunId, await runner.TryAsync(candidate, sweep, Cancel));
            },
            Cancel);
    }
}

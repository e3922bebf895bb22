using System.Text;
using Orrery.Client;
using Orrery.Contracts;
using Spectre.Console;

namespace Churn;

/// <summary>The story: read the customers, try the candidates, log every run, register the best, and have it answer.</summary>
internal sealed class ChurnStory(OrreryClient client, ChurnGrpc? grpc, IAnsiConsole console, TimeProvider time)
{
    public const string Experiment = "churn";
    public const string ModelName = "churn-predictor";
    public const string Alias = "champion";
    public const string Challenger = "challenger";

    /// <summary>Tells it on the data at the path. Told again, it makes new runs and the model's next version.</summary>
    /// <exception cref="InvalidDataException">The file is not the churn table.</exception>
    public async Task TellAsync(string dataPath, CancellationToken cancel)
    {
        // Checked before anything goes to the server.
        var fromTable = ChurnData.Read(dataPath, Sweep.Seed);
        var (data, dataset, hasFeatures) = await FeaturesAsync(dataPath, fromTable, cancel);
        var experiment = await client.Experiments.GetOrCreateAsync(Experiment, cancel);
        var environment = await EnvironmentCapture.TakeAsync(AppContext.BaseDirectory, time, cancel);
        var runner = new SweepRunner(client, experiment.ExperimentId, data, dataset, environment, time);

        var (sweepId, champion, challenger) = await RunLogger.DuringAsync(
            client, experiment.ExperimentId, "sweep", parentRunId: null,
            async sweep =>
            {
                Introduce(data, experiment, sweep.RunId);
                await runner.DescribeAsync(sweep, cancel);
                var runs = new List<LoggedRun>();
                foreach (var candidate in Sweep.Candidates)
                {
                    runs.Add(await runner.TryAsync(candidate, sweep, cancel));
                    Report(runs[^1].Trained);
                }

                var (best, other) = await ChooseAsync(runs, data.Test, sweep, cancel);
                return (sweep.RunId, best, other);
            },
            cancel);
        if (hasFeatures)
            await new ChurnHeldOut(client, console).UploadAsync(data, cancel);
        console.WriteLine();
        var isServed = await new ChurnServing(client, grpc, console, hasFeatures, time).ServeAsync(champion, challenger, ServedCustomer.OfTest(data), ServedCustomer.Of(data), cancel);
        PointOn(sweepId, isServed);
    }

    /// <summary>The rows of the training set; those of the table on a server without a feature store, as MLflow's is.</summary>
    private async Task<(ChurnData Data, Dataset Dataset, bool HasFeatures)> FeaturesAsync(string dataPath, ChurnData fromTable, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("churn-");
        try
        {
            var set = await new ChurnFeatures(client, console).MakeAsync(dataPath, folder.FullName, cancel);
            return (ChurnData.Read(set.Path, Sweep.Seed), set.Dataset, true);
        }
        catch (OrreryApiException absent) when (absent.IsNotFound)
        {
            return (fromTable, ChurnDataset.Describe(fromTable.File), false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The best of all is the champion; the best of the other kind of model its challenger.
    private async Task<(string Champion, string Challenger)> ChooseAsync(IReadOnlyList<LoggedRun> runs, Table test, RunLogger sweep, CancellationToken cancel)
    {
        var comparison = new Comparison(runs.Select(run => run.Trained));
        var best = runs.Single(run => run.Trained == comparison.Best);
        var judged = best.Trained.ScoreOn(test);
        await best.Log.ResultAsync([], judged.Named("test_"), cancel);
        await sweep.ResultAsync([], [.. best.Trained.Valid.Named("valid_"), .. judged.Named("test_")], cancel);
        await sweep.TagAsync("best_run_id", best.Log.RunId, cancel);
        await sweep.FilesAsync(
            [
                new("comparison.csv", Encoding.UTF8.GetBytes(comparison.ToCsv())),
                new("comparison.svg", Encoding.UTF8.GetBytes(comparison.ToSvg())),
            ],
            cancel);

        console.WriteLine();
        console.Write(comparison.ToTable());
        console.MarkupLineInterpolated(
            $"Best is [bold]{best.Trained.Name}[/]: AUC {judged.Auc:F4} on the {test.Rows:N0} test customers that nothing was chosen on.");
        var champion = await RegisterAsync(best, judged, cancel);
        await client.Versions.TransitionAsync(ModelName, champion, ModelStages.Staging, archiveExisting: true, cancel);
        await client.Models.SetAliasAsync(ModelName, Alias, champion, cancel);
        console.MarkupLineInterpolated(
            $"Registered as [bold]{ModelName}[/] version [bold]{champion}[/], stage {ModelStages.Staging}, alias @{Alias}.");

        var other = runs.Where(run => run.Trained.Candidate.Params["model"] != best.Trained.Candidate.Params["model"]).MaxBy(static run => run.Trained.Valid.Auc)!;
        var challenger = await RegisterAsync(other, other.Trained.ScoreOn(test), cancel);
        await client.Models.SetAliasAsync(ModelName, Challenger, challenger, cancel);
        console.MarkupLineInterpolated($"The best of the other kind, {other.Trained.Name}, is version [bold]{challenger}[/], alias @{Challenger}.");
        return (champion, challenger);
    }

    private async Task<string> RegisterAsync(LoggedRun run, Scores judged, CancellationToken cancel)
    {
        var trained = run.Trained;
        var registered = await client.Versions.RegisterAsync(
            ModelName,
            $"runs:/{run.Log.RunId}/{ModelPackage.Folder}",
            [
                new("algorithm", trained.Candidate.Params["model"]),
                new("valid_auc", $"{trained.Valid.Auc:F4}"),
                new("test_auc", $"{judged.Auc:F4}"),
            ],
            $"The probability that a customer leaves. {trained.Name}, of {Sweep.Candidates.Count} candidates compared by validation AUC.",
            cancel);
        return registered.Version;
    }

    private void Introduce(ChurnData data, Experiment experiment, string sweepId)
    {
        console.MarkupLineInterpolated(
            $"[bold]Data    [/]  {data.All.Rows:N0} customers, {data.All.Labels.Average():P1} of them left; {Features.All.Count} inputs");
        console.MarkupLineInterpolated(
            $"[bold]Split   [/]  {data.Train.Rows:N0} to train, {data.Valid.Rows:N0} to choose, {data.Test.Rows:N0} to judge (seed {Sweep.Seed})");
        console.MarkupLineInterpolated(
            $"[bold]Tracking[/]  {client.Server} experiment {experiment.Name} ({experiment.ExperimentId}), sweep {sweepId}");
        console.WriteLine();
    }

    private void Report(TrainedRun run) => console.MarkupLineInterpolated(
        $"  [green]✓[/] {run.Name,-36} {run.Iterations.Count,4} steps   AUC {run.Valid.Auc:F4}   log-loss {run.Valid.LogLoss:F4}   {run.Elapsed.TotalSeconds,4:F1} s");

    private void PointOn(string sweepId, bool isServed)
    {
        console.WriteLine();
        console.MarkupLine("[bold]Next[/]");
        console.MarkupLineInterpolated($"  look       each run keeps its plots under plots/; the sweep {sweepId} keeps comparison.svg");
        console.MarkupLineInterpolated($"  load       mlflow.pyfunc.load_model(\"models:/{ModelName}@{Alias}\") with MLFLOW_TRACKING_URI={client.Server}");
        if (isServed)
            console.MarkupLineInterpolated($"  ask        POST {client.Address}{ChurnServing.Environment}/v1/models/{ModelName}:predict   or /v2/models/{ModelName}/infer; see docs/guides/serving.md");
        console.MarkupLineInterpolated($"  compare    python3 samples/churn/python/train.py does the same with scikit-learn");
    }
}

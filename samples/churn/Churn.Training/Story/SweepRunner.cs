using System.Text;
using Orrery.Client;
using Orrery.Contracts;

namespace Churn;

/// <summary>Trains candidates and logs each as a run of its own below the sweep's run.</summary>
internal sealed class SweepRunner(OrreryClient client, string experimentId, ChurnData data, Dataset dataset, RunEnvironment environment, TimeProvider time)
{
    /// <summary>Records on the sweep's own run what all its candidates share.</summary>
    public async Task DescribeAsync(RunLogger sweep, CancellationToken cancel)
    {
        await sweep.DatasetAsync(dataset, cancel);
        await sweep.EnvironmentAsync(environment, cancel);
        await sweep.ResultAsync(
            [new("candidates", $"{Sweep.Candidates.Count}"), new("split_seed", $"{Sweep.Seed}"), new("chosen_by", "valid_auc")], [], cancel);
    }

    /// <summary>Trains one candidate and logs it whole.</summary>
    public Task<LoggedRun> TryAsync(Candidate candidate, RunLogger sweep, CancellationToken cancel) => RunLogger.DuringAsync(
        client, experimentId, candidate.Name, sweep.RunId,
        async log =>
        {
            var run = candidate.Train(data.Train, data.Valid, time);
            await log.DatasetAsync(dataset, cancel);
            await log.EnvironmentAsync(environment, cancel);
            await log.ResultAsync(candidate.Params.Append(new("split_seed", $"{Sweep.Seed}")), run.Valid.Named("valid_"), cancel);
            await log.IterationsAsync(run.Iterations, cancel);
            await log.FilesAsync(FilesOf(run, log.RunId), cancel);
            return new LoggedRun(run, log);
        },
        cancel);

    private IEnumerable<KeyValuePair<string, byte[]>> FilesOf(TrainedRun run, string runId)
    {
        foreach (var (name, svg) in ModelPlots.Draw(run, data.Valid))
            yield return new($"plots/{name}", Encoding.UTF8.GetBytes(svg));
        foreach (var (name, content) in ModelPackage.Files(run.Model, data.Valid.Inputs.Row(0), runId, time))
            yield return new($"{ModelPackage.Folder}/{name}", content);
    }
}

using Orrery.Client;
using Orrery.Contracts;

namespace Churn;

/// <summary>Logs one run: everything the story writes to the server about a run passes through here.</summary>
internal sealed class RunLogger
{
    private readonly OrreryClient _client;

    private RunLogger(OrreryClient client, RunInfo run)
    {
        _client = client;
        RunId = run.RunId;
    }

    public string RunId { get; }

    /// <summary>Starts a run, below another one when a parent is given, and ends it with the work: finished, or failed when that throws.</summary>
    public static async Task<T> DuringAsync<T>(
        OrreryClient client, string experimentId, string name, string? parentRunId, Func<RunLogger, Task<T>> work, CancellationToken cancel)
    {
        List<Tag> tags =
        [
            new("mlflow.user", Environment.UserName),
            new("mlflow.source.name", "samples/churn/Churn.Training"),
            new("mlflow.source.type", "LOCAL"),
        ];
        if (parentRunId is not null)
            tags.Add(new("mlflow.parentRunId", parentRunId));
        var run = await client.Runs.CreateAsync(
            new CreateRun { ExperimentId = experimentId, RunName = name, UserId = Environment.UserName, Tags = tags }, cancel);
        var status = RunStatus.Failed;
        try
        {
            var result = await work(new(client, run.Info));
            status = RunStatus.Finished;
            return result;
        }
        finally
        {
            // A cancelled story still ends its runs.
            await client.Runs.FinishAsync(run.Info.RunId, status, CancellationToken.None);
        }
    }

    /// <summary>Logs parameters and final metrics.</summary>
    public async Task ResultAsync(
        IEnumerable<KeyValuePair<string, string>> parameters, IEnumerable<KeyValuePair<string, double>> metrics, CancellationToken cancel)
    {
        await using var writer = _client.Runs.Write(RunId);
        foreach (var (name, value) in parameters)
            await writer.ParamAsync(name, value, cancel);
        foreach (var (name, value) in metrics)
            await writer.MetricAsync(name, value, step: 0, cancel);
    }

    /// <summary>Logs what was measured after each step of training, as metrics <c>iteration/...</c>.</summary>
    public async Task IterationsAsync(IEnumerable<Iteration> iterations, CancellationToken cancel)
    {
        await using var writer = _client.Runs.Write(RunId);
        foreach (var iteration in iterations)
            foreach (var (name, value) in iteration.Metrics)
                await writer.MetricAsync($"iteration/{name}", value, iteration.Step, cancel);
    }

    public Task TagAsync(string name, string value, CancellationToken cancel) => _client.Runs.SetTagAsync(RunId, name, value, cancel);

    public Task DatasetAsync(Dataset dataset, CancellationToken cancel) => _client.Runs.LogInputsAsync(
        new LogInputs { RunId = RunId, Datasets = [new DatasetInput { Dataset = dataset, Tags = [new("mlflow.data.context", "training")] }] },
        cancel);

    /// <summary>Records where the run ran: as tags that every MLflow server shows, and whole where the server can store it.</summary>
    public async Task EnvironmentAsync(RunEnvironment environment, CancellationToken cancel)
    {
        await using (var writer = _client.Runs.Write(RunId))
        {
            await writer.TagAsync("environment.runtime", $"{environment.Runtime} {environment.RuntimeVersion}", cancel);
            await writer.TagAsync("environment.os", environment.Os ?? "", cancel);
            await writer.TagAsync("environment.architecture", environment.Architecture ?? "", cancel);
            await writer.TagAsync("environment.cpus", $"{environment.Cpus}", cancel);
            if (environment.Git is { } git)
                await writer.TagAsync("mlflow.source.git.commit", git.Commit, cancel);
        }

        try
        {
            await _client.Runs.SetEnvironmentAsync(RunId, environment, cancel);
        }
        catch (OrreryApiException refused) when (refused.IsNotFound)
        {
            // Another MLflow server: the tags above are all that it can hold.
        }
    }

    /// <summary>Uploads files below the run, by their paths.</summary>
    public async Task FilesAsync(IEnumerable<KeyValuePair<string, byte[]>> files, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("churn-");
        try
        {
            foreach (var (path, content) in files)
            {
                var target = Path.Combine(folder.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await File.WriteAllBytesAsync(target, content, cancel);
            }

            await _client.Artifacts.LogFolderAsync(RunId, folder.FullName, "", progress: null, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

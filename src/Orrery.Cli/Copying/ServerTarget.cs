using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>An Orrery server, through its import API.</summary>
internal sealed class ServerTarget(OrreryClient client, string source, bool merge) : ICopyTarget
{
    public bool KeepsAddresses => false;

    public async Task<string> ExperimentAsync(Experiment experiment, CancellationToken cancel)
    {
        // A folder on the source's machine means nothing here; its files move into this server's store.
        var location = experiment.ArtifactLocation is { } uri && !MlflowSource.IsLocal(uri) ? uri : null;
        var made = await client.Imports.ExperimentAsync(
            new ImportExperiment { Source = source, Experiment = experiment with { ArtifactLocation = location }, Merge = merge }, cancel);
        return made.ExperimentId;
    }

    public async Task<IReadOnlyList<ImportState>> RunStatesAsync(IReadOnlyList<string> runIds, CancellationToken cancel) =>
        [.. (await client.Imports.RunStatesAsync(source, runIds, cancel)).Select(status => status.State)];

    public async Task<IReadOnlyList<ImportState>> ModelStatesAsync(IReadOnlyList<string> modelIds, CancellationToken cancel) =>
        [.. (await client.Imports.LoggedModelStatesAsync(source, modelIds, cancel)).Select(status => status.State)];

    public async Task<ICopySlot> OpenAsync(Run run, string experimentId, bool withFiles, CancellationToken cancel)
    {
        var moved = run with
        {
            Info = run.Info with { ExperimentId = experimentId, ArtifactUri = withFiles ? null : run.Info.ArtifactUri },
            Data = run.Data with { Metrics = [] },
        };
        var opened = await client.Imports.OpenRunAsync(new ImportRun { Source = source, Run = moved }, cancel);
        return new ServerSlot(
            withFiles ? client.Artifacts.At(opened.ArtifactUri) : null,
            (points, stop) => client.Imports.MetricsAsync(opened.RunId, new ImportMetrics { Source = source, Metrics = points }, stop),
            (expected, stop) => client.Imports.CompleteRunAsync(opened.RunId, new CompleteImport { Source = source, Expected = expected }, stop));
    }

    public async Task<ICopySlot> OpenAsync(LoggedModel model, string experimentId, bool withFiles, CancellationToken cancel)
    {
        var moved = model with
        {
            Info = model.Info with { ExperimentId = experimentId, ArtifactUri = withFiles ? null : model.Info.ArtifactUri },
        };
        var opened = await client.Imports.OpenLoggedModelAsync(new ImportLoggedModel { Source = source, Model = moved }, cancel);
        return new ServerSlot(
            withFiles ? client.Artifacts.At(opened.ArtifactUri) : null,
            (_, _) => throw new InvalidOperationException("The metrics of a logged model travel with it."),
            (expected, stop) => client.Imports.CompleteLoggedModelAsync(opened.ModelId, new CompleteImport { Source = source, Expected = expected }, stop));
    }

    public Task RegisteredModelAsync(RegisteredModel model, CancellationToken cancel) => client.Imports.RegisteredModelAsync(
        new ImportRegisteredModel { Source = source, Model = model with { LatestVersions = [], Aliases = [] }, Merge = merge }, cancel);

    public Task VersionAsync(ModelVersion version, CancellationToken cancel) => client.Imports.ModelVersionAsync(
        new ImportModelVersion { Source = source, Version = version with { ModelParams = [], ModelMetrics = [] } }, cancel);

    public Task<string?> FindRunRootAsync(string runId, CancellationToken cancel) => FindAsync(
        async () => (await client.Runs.GetAsync(runId, cancel)).Info.ArtifactUri);

    public Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel) => FindAsync(
        async () => (await client.LoggedModels.GetAsync(modelId, cancel)).Info.ArtifactUri);

    public Task FinishAsync(CopySummary summary, CancellationToken cancel) => Task.CompletedTask;

    // The session owns the client.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string?> FindAsync(Func<Task<string?>> get)
    {
        try
        {
            return await get();
        }
        catch (OrreryApiException absent) when (absent.IsNotFound)
        {
            return null;
        }
    }
}

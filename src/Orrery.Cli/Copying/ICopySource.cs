using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Where a copy comes from: an MLflow server or an archive.</summary>
internal interface ICopySource : IDisposable
{
    /// <summary>Names the origin in the target, the same in every run of the copy.</summary>
    string Name { get; }

    /// <summary>All experiments, deleted ones included.</summary>
    IAsyncEnumerable<Experiment> ExperimentsAsync(CancellationToken cancel);

    /// <summary>All runs of an experiment, deleted ones included.</summary>
    IAsyncEnumerable<Run> RunsAsync(string experimentId, CancellationToken cancel);

    /// <summary>All points of all metrics of a run, one metric after the other.</summary>
    IAsyncEnumerable<Metric> MetricsAsync(Run run, CancellationToken cancel);

    /// <summary>The logged models of an experiment; none where the source knows no logged models.</summary>
    IAsyncEnumerable<LoggedModel> LoggedModelsAsync(string experimentId, CancellationToken cancel);

    /// <summary>All registered models with their aliases, prompts included.</summary>
    IAsyncEnumerable<RegisteredModel> RegisteredModelsAsync(CancellationToken cancel);

    /// <summary>The versions of a registered model, rising, each with its aliases.</summary>
    IAsyncEnumerable<ModelVersion> VersionsAsync(RegisteredModel model, CancellationToken cancel);

    /// <summary>The files of a run; null when they stay where they are.</summary>
    ICopyFiles? FilesOf(Run run);

    /// <summary>The files of a logged model; null when they stay where they are.</summary>
    ICopyFiles? FilesOf(LoggedModel model);

    /// <summary>Artifact root of a run; null when the run is unknown.</summary>
    Task<string?> FindRunRootAsync(string runId, CancellationToken cancel);

    /// <summary>Artifact root of a logged model; null when it is unknown.</summary>
    Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel);

    /// <summary>Where the files of a version lie, whatever it was made from; null when that is not known.</summary>
    Task<string?> FindVersionRootAsync(ModelVersion version, CancellationToken cancel);
}

using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Where a copy goes: an Orrery server or an archive.</summary>
internal interface ICopyTarget : IAsyncDisposable
{
    /// <summary>True when addresses of files stay those of the source; false when they become the target's own.</summary>
    bool KeepsAddresses { get; }

    /// <summary>Makes an experiment and answers its id there.</summary>
    Task<string> ExperimentAsync(Experiment experiment, CancellationToken cancel);

    /// <summary>How far earlier copies of these runs got, in the order asked; at most 1,000.</summary>
    Task<IReadOnlyList<ImportState>> RunStatesAsync(IReadOnlyList<string> runIds, CancellationToken cancel);

    /// <summary>How far earlier copies of these logged models got, in the order asked; at most 1,000.</summary>
    Task<IReadOnlyList<ImportState>> ModelStatesAsync(IReadOnlyList<string> modelIds, CancellationToken cancel);

    /// <summary>Begins a run, or begins it again.</summary>
    /// <param name="run">As the source gave it.</param>
    /// <param name="experimentId">The experiment's id there.</param>
    /// <param name="withFiles">Its files are copied too; otherwise it keeps the source's artifact URI.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<ICopySlot> OpenAsync(Run run, string experimentId, bool withFiles, CancellationToken cancel);

    /// <summary>Begins a logged model, or begins it again.</summary>
    Task<ICopySlot> OpenAsync(LoggedModel model, string experimentId, bool withFiles, CancellationToken cancel);

    /// <summary>Makes a registered model.</summary>
    Task RegisteredModelAsync(RegisteredModel model, CancellationToken cancel);

    /// <summary>Makes a version; its source is the target's already.</summary>
    Task VersionAsync(ModelVersion version, CancellationToken cancel);

    /// <summary>Artifact root that a run has there; null when the run is not there.</summary>
    Task<string?> FindRunRootAsync(string runId, CancellationToken cancel);

    /// <summary>Artifact root that a logged model has there; null when it is not there.</summary>
    Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel);

    /// <summary>All is there that could be.</summary>
    Task FinishAsync(CopySummary summary, CancellationToken cancel);
}

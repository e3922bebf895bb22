namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/logged-models</c>: opens the import of one logged model with its parameters, tags and metrics. It keeps
/// its id, times and status, and stays invisible until <c>POST /api/v1/import/logged-models/{model_id}/complete</c>. Idempotent as
/// <see cref="ImportRun"/> is; opening an open import again replaces its metrics too.
/// </summary>
public sealed record ImportLoggedModel
{
    /// <summary>Names the server or archive that it comes from, the same in every call.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// The logged model as the source gave it, but for the experiment id, which is this server's, and the artifact URI, absent when
    /// the server shall assign its own. Registrations are ignored: they follow from the versions. Its source run may come later or
    /// never.
    /// </summary>
    public required LoggedModel Model { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/logged-models</c>.</summary>
/// <param name="ModelId">The logged model.</param>
/// <param name="State"><see cref="ImportState.Open"/>, or <see cref="ImportState.Complete"/> when there is nothing left to do.</param>
/// <param name="ArtifactUri">Root of its files on this server.</param>
public sealed record ImportedLoggedModel(string ModelId, ImportState State, string ArtifactUri);

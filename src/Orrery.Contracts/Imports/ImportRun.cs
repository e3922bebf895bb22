namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/runs</c>: opens the import of one run, which keeps its id and stays invisible until
/// <c>POST /api/v1/import/runs/{run_id}/complete</c> finds all of it there. The order is: open, artifacts (by the ordinary
/// <c>PUT mlflow-artifacts/artifacts/...</c> below <see cref="ImportedRun.ArtifactUri"/>), metrics in parts, complete.
/// Idempotent: opening an open import again replaces everything but its metric points and artifacts; opening a complete one
/// changes nothing and says so. Refused with <see cref="ImportCodes.IdTaken"/> when the id belongs to a run from elsewhere.
/// </summary>
public sealed record ImportRun
{
    /// <summary>Names the server or archive that it comes from, the same in every call.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// The run as the source gave it, with three differences. The experiment id is this server's
    /// (<see cref="ImportedExperiment.ExperimentId"/>). The artifact URI is absent when the server shall assign its own, and
    /// kept otherwise. The latest metrics are ignored: they follow from the history. All else is stored as given: no tag or
    /// name is derived, no value truncated, and the run's and the experiment's stage do not matter.
    /// </summary>
    public required Run Run { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/runs</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="State"><see cref="ImportState.Open"/>, or <see cref="ImportState.Complete"/> when there is nothing left to do.</param>
/// <param name="ArtifactUri">Root of its artifacts on this server.</param>
/// <param name="MetricPoints">Points stored by earlier calls.</param>
public sealed record ImportedRun(string RunId, ImportState State, string ArtifactUri, long MetricPoints);

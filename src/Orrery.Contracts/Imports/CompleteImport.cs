namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/runs/{run_id}/complete</c> and <c>POST /api/v1/import/logged-models/{model_id}/complete</c>: verifies
/// the counts and makes the object visible, in one transaction. Answers 409 <see cref="ImportCodes.Incomplete"/>, and leaves the
/// import open, when a count differs. Idempotent: completing again verifies again.
/// </summary>
public sealed record CompleteImport
{
    /// <summary>Names the source, as when the import was opened.</summary>
    public required string Source { get; init; }

    /// <summary>What there must be.</summary>
    public required ImportCounts Expected { get; init; }
}

/// <summary>Answer of the complete calls, and one entry of the state calls.</summary>
/// <param name="Id">The run or logged model.</param>
/// <param name="State">How far it got.</param>
/// <param name="Found">What is stored; absent when <see cref="ImportState.Absent"/> or <see cref="ImportState.Taken"/>.</param>
public sealed record ImportStatus(string Id, ImportState State, ImportCounts? Found = null);

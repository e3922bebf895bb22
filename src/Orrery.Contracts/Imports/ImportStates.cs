namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/runs/state</c> and <c>POST /api/v1/import/logged-models/state</c>: asks what is here, so that an
/// import continues where it stopped. Changes nothing.
/// </summary>
public sealed record GetImportStates
{
    /// <summary>Names the source.</summary>
    public required string Source { get; init; }

    /// <summary>Runs or logged models, 1 to <see cref="ImportLimits.StateIds"/>.</summary>
    public IReadOnlyList<string> Ids { get => field ?? []; init; }
}

/// <summary>Answer of the state calls: one entry per id asked for, in that order.</summary>
public sealed record ImportStates
{
    /// <summary>The entries. <see cref="ImportCounts.Artifacts"/> need not be given here.</summary>
    public IReadOnlyList<ImportStatus> States { get => field ?? []; init; }
}

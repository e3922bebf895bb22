namespace Orrery.Contracts;

/// <summary>
/// Answer of <c>GET /api/v1/runs/{run_id}/equal</c>: earlier work with the same code, parameters and data, so that nobody repeats it.
/// </summary>
public sealed record EqualRuns
{
    /// <summary>The run that was asked about.</summary>
    public required string RunId { get; init; }

    /// <summary>False when the run cannot be compared; <see cref="Reason"/> says why.</summary>
    public bool Comparable { get; init; }

    /// <summary>Why it cannot be compared: no code version, uncommitted changes, no data set with a digest.</summary>
    public string? Reason { get; init; }

    /// <summary>The commit that was compared: tag <c>mlflow.source.git.commit</c>, else the environment's.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Digests of the data sets that were compared, sorted.</summary>
    public IReadOnlyList<string> DatasetDigests { get => field ?? []; init; }

    /// <summary>Active runs of the workspace equal in code version, all parameters and all data set digests; newest first, at most 100.</summary>
    public IReadOnlyList<RunInfo> Runs { get => field ?? []; init; }
}

namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/runs/{run_id}/metrics</c>: appends points to an open import. Idempotent, because a point equal in
/// key, timestamp, step and value is stored once. Any keys, any order; 1 to <see cref="ImportLimits.MetricPoints"/> points.
/// </summary>
public sealed record ImportMetrics
{
    /// <summary>Names the source, as when the import was opened.</summary>
    public required string Source { get; init; }

    /// <summary>The points.</summary>
    public IReadOnlyList<Metric> Metrics { get => field ?? []; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/runs/{run_id}/metrics</c>.</summary>
/// <param name="Stored">Points of this call that were not there before.</param>
/// <param name="MetricPoints">Points of the run now.</param>
public sealed record ImportedMetrics(int Stored, long MetricPoints);

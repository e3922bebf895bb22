namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /api/v1/costs/leaderboard?month=&amp;min_predictions=</c>: workspaces by cost for 1000 predictions, the cheapest first.</summary>
public sealed record CostLeaderboard
{
    /// <summary>As <c>2026-10</c>.</summary>
    public required string Month { get; init; }

    /// <summary>Workspaces with fewer predictions are not ranked.</summary>
    public long MinPredictions { get; init; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<LeaderboardEntry> Entries { get => field ?? []; init; }
}

/// <summary>One workspace's place.</summary>
/// <param name="Rank">From 1; equals share one.</param>
/// <param name="Workspace">Its name.</param>
/// <param name="CostPerThousand">US dollars for 1000 predictions.</param>
/// <param name="Predictions">In the month.</param>
/// <param name="Cost">US dollars in the month.</param>
public sealed record LeaderboardEntry(int Rank, string Workspace, decimal CostPerThousand, decimal Predictions, decimal Cost);

/// <summary>Answer of <c>GET /api/v1/costs/idle?month=</c>: what a workspace may use (its hard quotas) and did not, so far in the month.</summary>
public sealed record IdleReport
{
    /// <summary>As <c>2026-10</c>.</summary>
    public required string Month { get; init; }

    /// <summary>Hours of the month gone by.</summary>
    public decimal Hours { get; init; }

    /// <summary>US dollars of what was idle.</summary>
    public decimal IdleCost { get; init; }

    /// <summary>Cores, memory and GPUs, where a hard quota sets how many are reserved.</summary>
    public IReadOnlyList<IdleResource> Resources { get => field ?? []; init; }
}

/// <summary>One kind of resource.</summary>
/// <param name="Kind">Quota kind: <c>cpu-cores</c>, <c>memory-bytes</c>, <c>gpus</c>.</param>
/// <param name="Reserved">Cores, GiB or GPUs.</param>
/// <param name="MeanUsed">Mean over the hours, in the same unit.</param>
/// <param name="IdlePercent">Share of the reserved hours not used, 0 to 100.</param>
/// <param name="IdleCost">US dollars.</param>
/// <param name="ReservationCost">US dollars a month for all that is reserved.</param>
public sealed record IdleResource(string Kind, decimal Reserved, decimal MeanUsed, decimal IdlePercent, decimal IdleCost, decimal ReservationCost);

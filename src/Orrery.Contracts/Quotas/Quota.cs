namespace Orrery.Contracts;

/// <summary>What a workspace may use of one kind, and uses now.</summary>
public sealed record QuotaStatus
{
    /// <summary>
    /// <c>storage-bytes</c>, <c>runs-per-day</c>, <c>requests-per-second</c>, <c>pipeline-steps</c>, <c>cpu-cores</c>, <c>memory-bytes</c>,
    /// <c>gpus</c>, <c>deployments</c> or <c>replicas</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Used or reserved now; for runs, today (UTC). Absent where it is not counted: rates, and runs without a limit.</summary>
    public long? Used { get; init; }

    /// <summary>Above it one is warned; absent for no such limit.</summary>
    public long? Soft { get; init; }

    /// <summary>Above it one is refused; absent for no such limit.</summary>
    public long? Hard { get; init; }

    /// <summary>What may still be used before one is refused; absent without a hard limit.</summary>
    public long? Remaining { get; init; }

    /// <summary>Whom to ask for more.</summary>
    public string? Contact { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/quotas</c>: every kind, limited or not.</summary>
public sealed record QuotaList
{
    /// <summary>The kinds.</summary>
    public IReadOnlyList<QuotaStatus> Quotas { get => field ?? []; init; }
}

/// <summary>Body of <c>PUT /api/v1/quotas/{kind}</c>. Without both limits the kind is unlimited again.</summary>
public sealed record SetQuota
{
    /// <summary>Warn above it; not above the hard limit.</summary>
    public long? Soft { get; init; }

    /// <summary>Refuse above it.</summary>
    public long? Hard { get; init; }

    /// <summary>Whom to ask for more, up to 200 characters; stands in refusals.</summary>
    public string? Contact { get; init; }
}

namespace Orrery.Contracts;

/// <summary>The four figures of delivery (DORA) over a period, and how long stages take.</summary>
public sealed record DeliveryMetrics
{
    /// <summary>Begin of the period, Unix milliseconds.</summary>
    public long Since { get; init; }

    /// <summary>End, Unix milliseconds.</summary>
    public long Until { get; init; }

    /// <summary>Deliveries that were asked for in it.</summary>
    public long Requested { get; init; }

    /// <summary>Those of them that users had.</summary>
    public long Deployed { get; init; }

    /// <summary>Those that users had and that failed then, or were taken back.</summary>
    public long FailedChanges { get; init; }

    /// <summary>Deployment frequency: deployed, per day of the period.</summary>
    public double DeploymentsPerDay { get; init; }

    /// <summary>Failed changes over deployed, 0 to 1; null without any.</summary>
    public double? ChangeFailureRate { get; init; }

    /// <summary>From the version's registration until users had it.</summary>
    public DurationFigures? LeadTimeFromVersion { get; init; }

    /// <summary>From the request until users had it.</summary>
    public DurationFigures? LeadTimeFromRequest { get; init; }

    /// <summary>From the failure's begin (or, where that is not known, the deployment) until the former version answered again.</summary>
    public DurationFigures? TimeToRestore { get; init; }

    /// <summary>By stage, in order.</summary>
    public IReadOnlyList<StageFigures> Stages { get => field ?? []; init; }
}

/// <summary>Quantiles of durations, seconds: the smallest value that at least so many have not exceeded.</summary>
public sealed record DurationFigures
{
    /// <summary>How many.</summary>
    public long Count { get; init; }

    /// <summary>Median.</summary>
    public double P50Seconds { get; init; }

    /// <summary>95 of 100.</summary>
    public double P95Seconds { get; init; }
}

/// <summary>How long a stage takes.</summary>
public sealed record StageFigures
{
    /// <summary>Its name.</summary>
    public string Stage { get => field ?? ""; init; }

    /// <summary>Of those that ended.</summary>
    public DurationFigures Durations { get => field ?? new(); init; }

    /// <summary>How many failed.</summary>
    public long Failed { get; init; }
}

/// <summary>What <c>/status</c> tells: the environments, and the newest deliveries.</summary>
public sealed record DeliveryStatus
{
    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>By name.</summary>
    public IReadOnlyList<EnvironmentStatus> Environments { get => field ?? []; init; }
}

/// <summary>How deliveries to an environment stand.</summary>
public sealed record EnvironmentStatus
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Whether a version needs an approval there.</summary>
    public bool Governed { get; init; }

    /// <summary>The newest, up to 20.</summary>
    public IReadOnlyList<ModelDelivery> Deliveries { get => field ?? []; init; }
}

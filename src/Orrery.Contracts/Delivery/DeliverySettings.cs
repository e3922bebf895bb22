namespace Orrery.Contracts;

/// <summary>How deliveries to an environment are judged, watched and told of. What is null is as for all environments of the workspace, and then as the default.</summary>
public sealed record DeliverySettings
{
    /// <summary>Longest answer that 95 of 100 trials may take, milliseconds. Default 1,000.</summary>
    public double? MaxP95Ms { get; init; }

    /// <summary>How many predictions are measured, 5 to 1,000. Default 50.</summary>
    public int? LatencyTrials { get; init; }

    /// <summary>What a changed signature does: <c>allow</c>, <c>warn</c> (default) or <c>fail</c>.</summary>
    public string? SignatureChange { get; init; }

    /// <summary>Whether a version must have gates of evaluations and pass them. Default false: gates that are there must be passed.</summary>
    public bool? RequireEvaluation { get; init; }

    /// <summary>How long a deployment may take to be ready, minutes, 1 to 1,440. Default 10.</summary>
    public double? ReadyMinutes { get; init; }

    /// <summary>What takes a version back by itself.</summary>
    public RollbackThresholds? Rollback { get; init; }

    /// <summary>Who is told.</summary>
    public DeliveryNotices? Notify { get; init; }
}

/// <summary>When a version that was delivered is taken back by itself.</summary>
public sealed record RollbackThresholds
{
    /// <summary>Whether it is. Default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Share of failures, percent, that must be exceeded in each of five minutes. Default 5.</summary>
    public double? ErrorPercent { get; init; }

    /// <summary>How many times the p95 of the hour before must be exceeded in each of five minutes. Default 2.</summary>
    public double? P95Ratio { get; init; }

    /// <summary>Availability in percent that must be fallen short of within five minutes. Default 99.</summary>
    public double? AvailabilityPercent { get; init; }

    /// <summary>Fewer requests in five minutes decide nothing. Default 20.</summary>
    public long? MinRequests { get; init; }

    /// <summary>How long a delivery is watched, hours, up to 720. Default 24.</summary>
    public double? WatchHours { get; init; }
}

/// <summary>Who is told of deliveries.</summary>
public sealed record DeliveryNotices
{
    /// <summary>Addresses that get Slack's JSON, up to 10. They are shown without what follows the host.</summary>
    public IReadOnlyList<string> Webhooks { get => field ?? []; init; }

    /// <summary>E-mail addresses, up to 50; sent by the server's configured mail host.</summary>
    public IReadOnlyList<string> Emails { get => field ?? []; init; }
}

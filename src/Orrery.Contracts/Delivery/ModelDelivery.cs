namespace Orrery.Contracts;

/// <summary>One attempt at bringing a version to an environment, and its nine stages.</summary>
public sealed record ModelDelivery
{
    /// <summary>Its id: 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>SHA-256 of the version's files; empty before they were read.</summary>
    public string ModelSha256 { get => field ?? ""; init; }

    /// <summary>Where to.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Name of the deployment.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>waiting</c> (for people, an engine or a canary's time), <c>succeeded</c>, <c>failed</c>, <c>rejected</c>, <c>cancelled</c>, <c>rolled_back</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>The stage it is at, or ended at.</summary>
    public string Stage { get => field ?? ""; init; }

    /// <summary>What it waits for, or why it ended so; for people.</summary>
    public string? Message { get; init; }

    /// <summary>Kind of the target: <c>local</c>, <c>kserve-git</c>, <c>kserve-api</c>.</summary>
    public string? Target { get; init; }

    /// <summary>Instances that were asked for.</summary>
    public int? Replicas { get; init; }

    /// <summary>Why.</summary>
    public string? Justification { get; init; }

    /// <summary>Environment that the version is promoted from.</summary>
    public string? From { get; init; }

    /// <summary>Canary steps.</summary>
    public IReadOnlyList<CanaryStep> Steps { get => field ?? []; init; }

    /// <summary>Share of the traffic that the version has now, percent; null before it was deployed.</summary>
    public double? Percent { get; init; }

    /// <summary>Id of the approval; null where none is needed or asked for yet.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>Where it is there: a deployment's revision, a commit.</summary>
    public string? Revision { get; init; }

    /// <summary>What answered before.</summary>
    public string? Previous { get; init; }

    /// <summary>Page of it elsewhere.</summary>
    public string? Link { get; init; }

    /// <summary>Who asked.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long RequestedAt { get; init; }

    /// <summary>When the first stage began, Unix milliseconds.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    public long? EndedAt { get; init; }

    /// <summary>When users had the version first, Unix milliseconds.</summary>
    public long? DeployedAt { get; init; }

    /// <summary>When it was taken back, Unix milliseconds.</summary>
    public long? RolledBackAt { get; init; }

    /// <summary>Incident that the taking back was recorded as.</summary>
    public string? IncidentId { get; init; }

    /// <summary>The nine stages, in their order; not in listings.</summary>
    public IReadOnlyList<DeliveryStage> Stages { get => field ?? []; init; }
}

/// <summary>One of the nine stages of a delivery.</summary>
public sealed record DeliveryStage
{
    /// <summary><c>validate</c>, <c>security</c>, <c>test</c>, <c>approval</c>, <c>build</c>, <c>deploy</c>, <c>smoke_test</c>, <c>audit</c> or <c>notify</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>waiting</c>, <c>passed</c>, <c>skipped</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>When it began, Unix milliseconds.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    public long? EndedAt { get; init; }

    /// <summary>How long it took, or has taken until it was looked at.</summary>
    public double? Seconds { get; init; }

    /// <summary>What came of it, for people.</summary>
    public string? Message { get; init; }

    /// <summary>SHA-256 of what it found, lower-case hexadecimal; the audit entry has them all.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How often it was begun: more than once after a crash, a wait or a retry.</summary>
    public long Tries { get; init; }

    /// <summary>Its newest lines, up to 50.</summary>
    public IReadOnlyList<DeliveryLogLine> Lines { get => field ?? []; init; }
}

/// <summary>A line of a delivery's log.</summary>
public sealed record DeliveryLogLine
{
    /// <summary>Its number, from 1.</summary>
    public long Number { get; init; }

    /// <summary>Stage that wrote it.</summary>
    public string Stage { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public string Level { get => field ?? ""; init; }

    /// <summary>The line.</summary>
    public string Text { get => field ?? ""; init; }
}

/// <summary>One page of deliveries, newest first.</summary>
public sealed record ModelDeliveryPage
{
    /// <summary>Without their stages.</summary>
    public IReadOnlyList<ModelDelivery> Deliveries { get => field ?? []; init; }

    /// <summary>Null on the last page.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>One page of a delivery's log, oldest first.</summary>
public sealed record DeliveryLogPage
{
    /// <summary>By number.</summary>
    public IReadOnlyList<DeliveryLogLine> Lines { get => field ?? []; init; }

    /// <summary>Null on the last page.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Asks to take a delivery back, or a deployment to what a delivery brought before.</summary>
public sealed record RollbackDelivery
{
    /// <summary>Why; up to 1,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Revision or commit to go back to; null for what answered before.</summary>
    public string? Revision { get; init; }
}

/// <summary>Asks to bring a delivery's version on to the next environment.</summary>
public sealed record PromoteDelivery
{
    /// <summary>Environment, or its usual name.</summary>
    public string To { get => field ?? ""; init; }

    /// <summary>Canary steps.</summary>
    public IReadOnlyList<CanaryStep> Steps { get => field ?? []; init; }

    /// <summary>Instances; null for as now, or 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>Why.</summary>
    public string? Justification { get; init; }
}

namespace Orrery.Contracts;

/// <summary>Bringing a model that runs elsewhere onto the platform: ten steps in four phases over 26 weeks.</summary>
public sealed record ModelMigration
{
    /// <summary>Its id: 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Registered model, or the name that it will be registered by.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Number of the version that takes over; null before it is named.</summary>
    public string? Version { get; init; }

    /// <summary>Environment that takes the traffic over.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>The old endpoint.</summary>
    public RemoteSpec Endpoint { get => field ?? new(); init; }

    /// <summary>Who answers for the old endpoint.</summary>
    public string? Owner { get; init; }

    /// <summary>Requests a day of the old endpoint.</summary>
    public double? RequestsPerDay { get; init; }

    /// <summary>What its callers were promised: <c>p95 100 ms, 99.9 %</c>.</summary>
    public string? Slo { get; init; }

    /// <summary>Least share of rows that must agree, 0 to 1.</summary>
    public double LeastAgreement { get; init; }

    /// <summary><c>open</c>, or <c>done</c> when all steps are done or skipped.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Steps that are done or skipped.</summary>
    public int Ended { get; init; }

    /// <summary>The ten steps, in order; empty in lists.</summary>
    public IReadOnlyList<ModelMigrationStep> Steps { get => field ?? []; init; }

    /// <summary>Newest comparisons, newest first, up to ten; empty in lists.</summary>
    public IReadOnlyList<ModelMigrationComparison> Comparisons { get => field ?? []; init; }

    /// <summary>Who began it.</summary>
    public string StartedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds; weeks count from here.</summary>
    public long StartedAt { get; init; }
}

/// <summary>A step of a migration.</summary>
public sealed record ModelMigrationStep
{
    /// <summary>1 to 10.</summary>
    public int Number { get; init; }

    /// <summary><c>assess</c> (weeks 1-2), <c>prepare</c> (3-8), <c>move</c> (9-20) or <c>finish</c> (21-26).</summary>
    public string Phase { get => field ?? ""; init; }

    /// <summary><c>inventory</c>, <c>register</c>, <c>features</c>, <c>evaluate</c>, <c>approve</c>, <c>staging</c>, <c>compare</c>, <c>canary</c>, <c>monitor</c>, <c>cutover</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What is to be done, for people.</summary>
    public string Title { get => field ?? ""; init; }

    /// <summary><c>open</c>, <c>done</c>, <c>skipped</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>What was said of it; why it was skipped.</summary>
    public string? Note { get; init; }

    /// <summary>What bears it out: of open steps as found now, of others as found when they ended.</summary>
    public IReadOnlyList<MigrationEvidence> Evidence { get => field ?? []; init; }

    /// <summary>Why it cannot be done yet; null when it can be, or is.</summary>
    public string? Missing { get; init; }

    /// <summary>Week by whose end it is due, 1 to 26.</summary>
    public int DueWeek { get; init; }

    /// <summary>The end of that week, Unix milliseconds.</summary>
    public long DueAt { get; init; }

    /// <summary>Whether it is open after that.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Who set its state last.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long? ChangedAt { get; init; }
}

/// <summary>Something that bears a step out.</summary>
/// <param name="Kind"><c>version</c>, <c>evaluation</c>, <c>approval</c>, <c>risk</c>, <c>delivery</c>, <c>deployment</c>, <c>comparison</c>, <c>signature</c>, <c>endpoint</c>.</param>
/// <param name="Text">What it is, for people.</param>
/// <param name="Link">Path of it on this server; null for none.</param>
public sealed record MigrationEvidence(string Kind, string Text, string? Link);

/// <summary>One page of migrations, newest first.</summary>
public sealed record ModelMigrationPage
{
    /// <summary>Without their steps.</summary>
    public IReadOnlyList<ModelMigration> Migrations { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Begins a migration.</summary>
public sealed record StartModelMigration
{
    /// <summary>Registered model, or the name that it will be registered by.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Number of the version that takes over; absent when there is none yet.</summary>
    public string? Version { get; init; }

    /// <summary>Environment that takes the traffic over; absent for production.</summary>
    public string? Environment { get; init; }

    /// <summary>The old endpoint; its protocol is v1.</summary>
    public RemoteSpec Endpoint { get => field ?? new(); init; }

    /// <summary>Who answers for the old endpoint, up to 200 characters.</summary>
    public string? Owner { get; init; }

    /// <summary>Requests a day of the old endpoint.</summary>
    public double? RequestsPerDay { get; init; }

    /// <summary>What its callers were promised, up to 500 characters.</summary>
    public string? Slo { get; init; }

    /// <summary>Least share of rows that must agree, 0 to 1; absent for 0.99.</summary>
    public double? LeastAgreement { get; init; }
}

/// <summary>Sets how a step stands.</summary>
public sealed record SetMigrationStep
{
    /// <summary><c>open</c>, <c>done</c> or <c>skipped</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Up to 2,000 characters; needed to skip.</summary>
    public string? Note { get; init; }

    /// <summary>Number of the version that takes over; absent to leave it. Steps 4 to 10 are open again when it changes.</summary>
    public string? Version { get; init; }
}

namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/incidents</c>. The same key again answers the incident that there is.</summary>
public sealed record NewIncident
{
    /// <summary>Key of the caller's, up to 200 characters, so that opening again opens nothing new; without it one is made up.</summary>
    public string? Key { get; init; }

    /// <summary>What happened, in one line of up to 300 characters; nothing personal.</summary>
    public string Title { get => field ?? ""; init; }

    /// <summary><c>sev1</c> (worst) to <c>sev4</c>.</summary>
    public string Severity { get => field ?? ""; init; }

    /// <summary><c>automatic_rollback</c>, <c>violation</c>, <c>drift</c>, <c>breach</c>, <c>outage</c>, <c>manual</c> or another word in lower case.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Environment it happened in.</summary>
    public string? Environment { get; init; }

    /// <summary>Deployment it happened to.</summary>
    public string? Deployment { get; init; }

    /// <summary>Registered model.</summary>
    public string? Model { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Delivery that brought the version.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>What of the lineage it happened to, as lineage names it (<c>source:default/transactions</c>, <c>training_set:ID</c>); model versions that came of it are affected.</summary>
    public string? LineageNode { get; init; }

    /// <summary>When it began, Unix milliseconds; without it, now.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When somebody became aware of it, Unix milliseconds: clocks of the law run from then; without it, now.</summary>
    public long? AwareAt { get; init; }

    /// <summary>More about it, up to 4,000 characters; nothing personal.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether personal data was breached: the clock of GDPR Art. 33 runs. Always so for the kind <c>breach</c>.</summary>
    public bool PersonalDataBreach { get; init; }

    /// <summary>Kind of serious incident by Art. 73 of the EU AI Act: <c>serious</c>, <c>death</c> or <c>widespread</c>; absent for none.</summary>
    public string? SeriousIncident { get; init; }
}

/// <summary>An incident of the register.</summary>
public sealed record Incident
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Key that it was opened with.</summary>
    public string Key { get => field ?? ""; init; }

    /// <summary>What happened.</summary>
    public string Title { get => field ?? ""; init; }

    /// <summary><c>sev1</c> to <c>sev4</c>.</summary>
    public string Severity { get => field ?? ""; init; }

    /// <summary>Kind.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary><c>open</c>, <c>mitigated</c>, <c>resolved</c> or <c>reviewed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Environment it happened in.</summary>
    public string? Environment { get; init; }

    /// <summary>Deployment it happened to.</summary>
    public string? Deployment { get; init; }

    /// <summary>Registered model.</summary>
    public string? Model { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Delivery that brought the version.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>What of the lineage it happened to, as lineage names it (<c>source:default/transactions</c>, <c>training_set:ID</c>); model versions that came of it are affected.</summary>
    public string? LineageNode { get; init; }

    /// <summary>More about it.</summary>
    public string? Detail { get; init; }

    /// <summary>When it began, Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>When somebody became aware of it, Unix milliseconds.</summary>
    public long AwareAt { get; init; }

    /// <summary>When it was opened here, Unix milliseconds.</summary>
    public long OpenedAt { get; init; }

    /// <summary>Who opened it.</summary>
    public string OpenedBy { get => field ?? ""; init; }

    /// <summary>When its effect ended, Unix milliseconds.</summary>
    public long? MitigatedAt { get; init; }

    /// <summary>When it was resolved, Unix milliseconds.</summary>
    public long? ResolvedAt { get; init; }

    /// <summary>When it was reviewed, Unix milliseconds.</summary>
    public long? ReviewedAt { get; init; }

    /// <summary>Who reviewed it.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>From its beginning until its effect ended, or it was resolved; absent before.</summary>
    public double? SecondsToRestore { get; init; }

    /// <summary>How it was resolved.</summary>
    public string? Resolution { get; init; }

    /// <summary>Why it happened.</summary>
    public string? RootCause { get; init; }

    /// <summary>What is done so that it does not happen again.</summary>
    public IReadOnlyList<FollowUp> FollowUps { get => field ?? []; init; }

    /// <summary>Whether personal data was breached.</summary>
    public bool PersonalDataBreach { get; init; }

    /// <summary>Kind of serious incident by the EU AI Act; absent for none.</summary>
    public string? SeriousIncident { get; init; }

    /// <summary>Times by which the law wants something done, computed.</summary>
    public IReadOnlyList<IncidentDeadline> Deadlines { get => field ?? []; init; }

    /// <summary>Model versions that lineage says came of what it happened to, nearest first; computed where one incident is asked for.</summary>
    public IReadOnlyList<string> AffectedVersions { get => field ?? []; init; }

    /// <summary>The first thousand events, oldest first; where one incident is asked for.</summary>
    public IReadOnlyList<IncidentEvent> Timeline { get => field ?? []; init; }
}

/// <summary>Something that happened to an incident.</summary>
public sealed record IncidentEvent
{
    /// <summary>Its place, from 1.</summary>
    public long Sequence { get; init; }

    /// <summary><c>opened</c>, <c>note</c>, <c>mitigated</c>, <c>resolved</c>, <c>reviewed</c>, <c>changed</c>, <c>authority_notified</c>, <c>market_authority_notified</c>, or another word.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>What.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Who.</summary>
    public string By { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }
}

/// <summary>What is done after an incident.</summary>
public sealed record FollowUp
{
    /// <summary>What, up to 1,000 characters.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Who does it.</summary>
    public string Owner { get => field ?? ""; init; }

    /// <summary>By when, Unix milliseconds.</summary>
    public long DueAt { get; init; }

    /// <summary>When it was done, Unix milliseconds; absent while it is not.</summary>
    public long? DoneAt { get; init; }

    /// <summary>Whether it is past due and not done; computed.</summary>
    public bool IsOverdue { get; init; }
}

/// <summary>A time by which the law wants something done.</summary>
public sealed record IncidentDeadline
{
    /// <summary>Which: <c>gdpr_33</c>, <c>ai_act_73</c>.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>The law's words in short.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Until when, Unix milliseconds.</summary>
    public long DueAt { get; init; }

    /// <summary>When it was done, Unix milliseconds; absent while it is not.</summary>
    public long? MetAt { get; init; }

    /// <summary><c>running</c>, <c>met</c>, <c>late</c> (done after it) or <c>overdue</c>.</summary>
    public string State { get => field ?? ""; init; }
}

/// <summary>One page of incidents, newest first, without their timelines.</summary>
public sealed record IncidentPage
{
    /// <summary>The incidents.</summary>
    public IReadOnlyList<Incident> Incidents { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of <c>POST /api/v1/incidents/{id}/events</c>.</summary>
public sealed record NewIncidentEvent
{
    /// <summary>A word in lower case: <c>note</c>, <c>mitigated</c> (its effect has ended), <c>authority_notified</c>, <c>market_authority_notified</c> or another.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>What, up to 4,000 characters; nothing personal.</summary>
    public string Text { get => field ?? ""; init; }
}

/// <summary>Body of <c>PATCH /api/v1/incidents/{id}</c>; what is absent stays.</summary>
public sealed record IncidentChange
{
    /// <summary><c>sev1</c> to <c>sev4</c>.</summary>
    public string? Severity { get; init; }

    /// <summary>Why it happened, up to 4,000 characters.</summary>
    public string? RootCause { get; init; }

    /// <summary>All follow-ups, up to 50; replaces those that there are.</summary>
    public IReadOnlyList<FollowUp>? FollowUps { get; init; }

    /// <summary>Whether personal data was breached.</summary>
    public bool? PersonalDataBreach { get; init; }

    /// <summary><c>serious</c>, <c>death</c>, <c>widespread</c>, or <c>none</c>.</summary>
    public string? SeriousIncident { get; init; }

    /// <summary>When somebody became aware of it, Unix milliseconds.</summary>
    public long? AwareAt { get; init; }
}

/// <summary>Body of <c>POST /api/v1/incidents/{id}/resolve</c> and <c>/review</c>.</summary>
public sealed record IncidentEnd
{
    /// <summary>How it was resolved, or what the review found; 1 to 4,000 characters.</summary>
    public string Text { get => field ?? ""; init; }
}

namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/subject-requests</c>.</summary>
public sealed record NewSubjectRequest
{
    /// <summary>Key of the caller's (a ticket's number), up to 200 characters, so that registering again registers nothing new.</summary>
    public string? Key { get; init; }

    /// <summary>The subject: columns of an entity's key and their values, as <c>{"customer_id": "42"}</c>. Only a code of it is kept.</summary>
    public IReadOnlyDictionary<string, string> Subject { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary><c>access</c>, <c>rectification</c>, <c>erasure</c>, <c>restriction</c>, <c>objection</c>, <c>portability</c> or <c>human_review</c> (of an automated decision, Art. 22).</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>When it came, Unix milliseconds; without it, now.</summary>
    public long? ReceivedAt { get; init; }

    /// <summary>Model whose decision is contested, of a human review.</summary>
    public string? Model { get; init; }

    /// <summary>Id of the prediction that is contested, of a human review.</summary>
    public string? PredictionId { get; init; }

    /// <summary>A remark, up to 1,000 characters; nothing personal.</summary>
    public string? Note { get; init; }
}

/// <summary>A request of a data subject.</summary>
public sealed record SubjectRequest
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Key that it was registered with.</summary>
    public string Key { get => field ?? ""; init; }

    /// <summary>A code of the subject's key, in hex, the same as of opt-outs and erasures.</summary>
    public string Subject { get => field ?? ""; init; }

    /// <summary>Names of the key's columns.</summary>
    public IReadOnlyList<string> JoinKeys { get => field ?? []; init; }

    /// <summary>Type, see <see cref="NewSubjectRequest.Type"/>.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary><c>received</c>, <c>in_progress</c>, <c>fulfilled</c>, <c>refused</c> or <c>withdrawn</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>When it came, Unix milliseconds.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>Until when it must be answered, Unix milliseconds: a month after it came, three with an extension.</summary>
    public long DueAt { get; init; }

    /// <summary>Whether it is past due and not answered; computed.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Whether it was answered after it was due; computed.</summary>
    public bool WasLate { get; init; }

    /// <summary>Why the time was extended; absent when it was not.</summary>
    public string? ExtensionReason { get; init; }

    /// <summary>When the subject was told of the extension, Unix milliseconds.</summary>
    public long? ExtendedAt { get; init; }

    /// <summary>Model whose decision is contested.</summary>
    public string? Model { get; init; }

    /// <summary>Id of the prediction that is contested.</summary>
    public string? PredictionId { get; init; }

    /// <summary>Of a human review: <c>upheld</c> or <c>overridden</c>.</summary>
    public string? ReviewOutcome { get; init; }

    /// <summary>A remark.</summary>
    public string? Note { get; init; }

    /// <summary>What was answered.</summary>
    public string? Answer { get; init; }

    /// <summary>Who ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long? EndedAt { get; init; }

    /// <summary>What was done for it: erasures, opt-outs, explanations.</summary>
    public IReadOnlyList<SubjectRequestLink> Links { get => field ?? []; init; }

    /// <summary>Who registered it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}

/// <summary>Something that was done for a request.</summary>
public sealed record SubjectRequestLink
{
    /// <summary><c>erasure</c>, <c>opt_out</c>, <c>explanation</c>, <c>prediction</c> or <c>document</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Its id; of an opt-out, its purpose.</summary>
    public string Id { get => field ?? ""; init; }
}

/// <summary>One page of requests, newest first.</summary>
public sealed record SubjectRequestPage
{
    /// <summary>The requests.</summary>
    public IReadOnlyList<SubjectRequest> Requests { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/subject-requests/{id}</c>; what is absent stays.</summary>
public sealed record SubjectRequestChange
{
    /// <summary><c>in_progress</c>, <c>fulfilled</c>, <c>refused</c> or <c>withdrawn</c>.</summary>
    public string? State { get; init; }

    /// <summary>What was answered, up to 2,000 characters, nothing personal; needed to fulfil or refuse.</summary>
    public string? Answer { get; init; }

    /// <summary>Extends the time by two months, once, and says why.</summary>
    public string? ExtensionReason { get; init; }

    /// <summary>Of a human review that is fulfilled: <c>upheld</c> or <c>overridden</c>.</summary>
    public string? ReviewOutcome { get; init; }

    /// <summary>Something that was done for it, besides what is there.</summary>
    public IReadOnlyList<SubjectRequestLink> Links { get => field ?? []; init; }
}

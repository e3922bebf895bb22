namespace Orrery.Contracts;

/// <summary>What a report says. It shows evidence; whether that is enough, people say.</summary>
public sealed record ComplianceDocument
{
    /// <summary>Form of this document.</summary>
    public int Format { get; init; }

    /// <summary>Program that made it, with its version.</summary>
    public string Generator { get => field ?? ""; init; }

    /// <summary>Id of the report.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Name of the workspace.</summary>
    public string Workspace { get => field ?? ""; init; }

    /// <summary>For what.</summary>
    public string Framework { get => field ?? ""; init; }

    /// <summary>Beginning of the period, Unix milliseconds.</summary>
    public long From { get; init; }

    /// <summary>Its end, Unix milliseconds, not within it.</summary>
    public long To { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>Version of the control map.</summary>
    public string MapVersion { get => field ?? ""; init; }

    /// <summary>Laws and standards that it speaks of.</summary>
    public IReadOnlyList<RegulationInfo> Regulations { get => field ?? []; init; }

    /// <summary>Rows by status.</summary>
    public IReadOnlyDictionary<string, int> Summary { get => field ?? new Dictionary<string, int>(); init; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<ComplianceRow> Rows { get => field ?? []; init; }

    /// <summary>Models, up to 2,000, by name.</summary>
    public IReadOnlyList<ReportedModel> Models { get => field ?? []; init; }

    /// <summary>What was deployed, promoted, approved and rolled back in the period, newest first, up to 500.</summary>
    public IReadOnlyList<ReportedChange> Changes { get => field ?? []; init; }

    /// <summary>Incidents of the period, and those from before that were not ended; up to 500.</summary>
    public IReadOnlyList<Incident> Incidents { get => field ?? []; init; }

    /// <summary>Exceptions that could hold in the period; up to 500.</summary>
    public IReadOnlyList<PolicyExceptionEntry> Exceptions { get => field ?? []; init; }

    /// <summary>Requests of data subjects of the period, and those from before that were not answered; up to 500.</summary>
    public IReadOnlyList<SubjectRequest> SubjectRequests { get => field ?? []; init; }

    /// <summary>Who may do what, when the report was made.</summary>
    public AccessReview? Access { get; init; }

    /// <summary>What checking the audit trail found.</summary>
    public AuditVerdict? AuditVerdict { get; init; }

    /// <summary>The last signed checkpoints of the trail.</summary>
    public IReadOnlyList<AuditCheckpoint> Checkpoints { get => field ?? []; init; }

    /// <summary>What was left out because there was too much of it.</summary>
    public IReadOnlyList<string> LeftOut { get => field ?? []; init; }
}

/// <summary>A row of the control map with what was found.</summary>
public sealed record ComplianceRow
{
    /// <summary>Number of the row.</summary>
    public int Id { get; init; }

    /// <summary>Controls.</summary>
    public IReadOnlyList<string> Controls { get => field ?? []; init; }

    /// <summary>What they are about.</summary>
    public string Topic { get => field ?? ""; init; }

    /// <summary><c>evidence present</c>, <c>partial</c>, <c>missing</c> or <c>not automatable</c>.</summary>
    public string Status { get => field ?? ""; init; }

    /// <summary>What was looked for and found.</summary>
    public IReadOnlyList<ComplianceFinding> Findings { get => field ?? []; init; }

    /// <summary>What a person must add.</summary>
    public IReadOnlyList<string> People { get => field ?? []; init; }

    /// <summary>Ids of exceptions from it that stood.</summary>
    public IReadOnlyList<string> Exceptions { get => field ?? []; init; }
}

/// <summary>What was looked for, and found.</summary>
public sealed record ComplianceFinding
{
    /// <summary>Id of the requirement.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>What was looked for.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Whether there is evidence.</summary>
    public bool IsPresent { get; init; }

    /// <summary>How much there is; items are the last of it.</summary>
    public long Count { get; init; }

    /// <summary>Evidence.</summary>
    public IReadOnlyList<EvidenceItem> Items { get => field ?? []; init; }

    /// <summary>How it comes about where it is missing.</summary>
    public string? Needed { get; init; }
}

/// <summary>A piece of evidence.</summary>
public sealed record EvidenceItem
{
    /// <summary>What it is, as <c>audit entry</c> or <c>evaluation</c>.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>Its id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>From when it is, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>SHA-256 of it, lower-case hexadecimal; absent where it has none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What was asked to find it.</summary>
    public string Query { get => field ?? ""; init; }

    /// <summary>Where it can be looked at: a path of this server.</summary>
    public string? Link { get; init; }

    /// <summary>What it says, in short.</summary>
    public string? Text { get; init; }
}

/// <summary>A model in a report.</summary>
public sealed record ReportedModel
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>How many versions it has.</summary>
    public long Versions { get; init; }

    /// <summary>Number of the newest.</summary>
    public long Newest { get; init; }

    /// <summary>How many have a SHA-256 of their files.</summary>
    public long Hashed { get; init; }

    /// <summary>Where which version is deployed, as <c>production/churn: 4</c>.</summary>
    public IReadOnlyList<string> Deployed { get => field ?? []; init; }

    /// <summary>The newest version of stage Production.</summary>
    public long? Production { get; init; }

    /// <summary>Tier of risk; absent where it was not assessed.</summary>
    public string? Tier { get; init; }

    /// <summary>The approval that was given last; absent without any.</summary>
    public string? Approval { get; init; }

    /// <summary>Who registered it.</summary>
    public string CreatedBy { get => field ?? ""; init; }
}

/// <summary>A change in a report.</summary>
public sealed record ReportedChange
{
    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>What was done.</summary>
    public string Action { get => field ?? ""; init; }

    /// <summary>What it was done to.</summary>
    public string ObjectId { get => field ?? ""; init; }

    /// <summary>Who did it, by id.</summary>
    public string By { get => field ?? ""; init; }

    /// <summary>Entry of the audit trail.</summary>
    public string EntryId { get => field ?? ""; init; }

    /// <summary>More about it: request, tests and approvals, where they are known.</summary>
    public string? Text { get; init; }
}

namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/privacy/scans</c>: which rows are looked through for personal data.</summary>
public sealed record PiiScanSpec
{
    /// <summary>Files, a table or a query; absent with <see cref="View"/>.</summary>
    public BatchInput Data { get => field ?? new(); init; }

    /// <summary>Feature project of <see cref="View"/>. Default <c>default</c>.</summary>
    public string Project { get => field ?? "default"; init; }

    /// <summary>Instead of data: a feature view, whose source is looked through and whose marks are compared.</summary>
    public string? View { get; init; }

    /// <summary>Rows that are looked at, drawn by lot. Default 10,000, up to 200,000.</summary>
    public int? SampleRows { get; init; }

    /// <summary>Of the lot. Default 1.</summary>
    public int? Seed { get; init; }

    /// <summary>Countries whose numbers are looked for, as <c>de</c>; none for all that are known.</summary>
    public IReadOnlyList<string> Countries { get => field ?? []; init; }

    /// <summary>From which confidence on a column counts as personal data, 0 to 1. Default 0.5.</summary>
    public double? MinConfidence { get; init; }

    /// <summary>True to mark the features of the view that read such columns as <c>pii</c>: a new revision of the project.</summary>
    public bool Apply { get; init; }

    /// <summary>True to have a job do it.</summary>
    public bool Background { get; init; }
}

/// <summary>What was found of personal data in rows. It holds no value.</summary>
public sealed record PiiScan
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary><c>running</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>What was asked for.</summary>
    public PiiScanSpec Spec { get => field ?? new(); init; }

    /// <summary>Job that does it; absent where none was needed.</summary>
    public string? JobId { get; init; }

    /// <summary>Code of the failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>What was found; absent before it has succeeded.</summary>
    public PiiReport? Report { get; init; }

    /// <summary>Who asked.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}

/// <summary>What a scan found.</summary>
public sealed record PiiReport
{
    /// <summary>Rows that there were.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public long SampledRows { get; init; }

    /// <summary>Of the lot.</summary>
    public int Seed { get; init; }

    /// <summary>Tells the rules and country packs from others.</summary>
    public string Rules { get => field ?? ""; init; }

    /// <summary>Columns, in their order.</summary>
    public IReadOnlyList<PiiColumn> Columns { get => field ?? []; init; }

    /// <summary>Of a view: features that read columns with personal data.</summary>
    public IReadOnlyList<PiiMarkedField> Fields { get => field ?? []; init; }

    /// <summary>Revision of the project that marks them; absent when none was made.</summary>
    public long? AppliedRevision { get; init; }
}

/// <summary>A column.</summary>
public sealed record PiiColumn
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Its type in the data.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>Values that are not null among the rows that were looked at.</summary>
    public long NonNull { get; init; }

    /// <summary>The likeliest kind, when it is likely enough; absent for a column without personal data.</summary>
    public string? Kind { get; init; }

    /// <summary>How likely that is, 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>All kinds that it may be.</summary>
    public IReadOnlyList<PiiFinding> Findings { get => field ?? []; init; }
}

/// <summary>A kind that a column may be of.</summary>
public sealed record PiiFinding
{
    /// <summary><c>email</c>, <c>phone</c>, <c>payment_card</c>, <c>iban</c>, <c>ip_address</c>, <c>mac_address</c>, <c>person_name</c>, <c>date_of_birth</c>, <c>postal_address</c>, or a country's number such as <c>us_ssn</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Country of the number.</summary>
    public string? Country { get; init; }

    /// <summary>Share among the values that are not null.</summary>
    public double Share { get; init; }

    /// <summary>Values of that kind.</summary>
    public long Matches { get; init; }

    /// <summary>How likely it is, 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Whether the column's name says so.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Whether it stands within longer texts.</summary>
    public bool IsInText { get; init; }

    /// <summary>Up to three shapes of values: <c>a</c> for letters, <c>0</c> for digits.</summary>
    public IReadOnlyList<string> Examples { get => field ?? []; init; }
}

/// <summary>A feature that reads a column with personal data.</summary>
public sealed record PiiMarkedField
{
    /// <summary>Feature view.</summary>
    public string View { get => field ?? ""; init; }

    /// <summary>Feature.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>Column of the source.</summary>
    public string Column { get => field ?? ""; init; }

    /// <summary>Kind.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>How likely it is, 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Whether it was marked <c>pii</c> when the scan began.</summary>
    public bool IsMarked { get; init; }

    /// <summary>What keeps it from being marked; absent for nothing. Keys are no features and have no mark.</summary>
    public string? Note { get; init; }
}

/// <summary>One page of scans, newest first, without what they found.</summary>
public sealed record PiiScanPage
{
    /// <summary>The scans.</summary>
    public IReadOnlyList<PiiScan> Scans { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

namespace Orrery.Contracts;

/// <summary>What came of checking a source or a view against its rules.</summary>
[WritesEmptyLists]
public sealed record QualityReport
{
    /// <summary>Id of the check; absent when it was not kept.</summary>
    public string? Id { get; init; }

    /// <summary>Project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>Feature view that was checked; absent when only a source was.</summary>
    public string? View { get; init; }

    /// <summary>Source whose rows were checked.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary>What it was done for: <c>check</c>, <c>materialization</c>, <c>training_set</c>, <c>push</c>.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CheckedAt { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were set aside.</summary>
    public long Quarantined { get; init; }

    /// <summary><c>passed</c>, <c>warned</c> (a rule is broken and the data was kept), <c>quarantined</c> or <c>rejected</c>.</summary>
    public string Outcome { get => field ?? ""; init; }

    /// <summary>One for each rule, the source's first.</summary>
    public IReadOnlyList<QualityResult> Results { get => field ?? []; init; }
}

/// <summary>What came of one rule.</summary>
[WritesEmptyLists]
public sealed record QualityResult
{
    /// <summary>The rule.</summary>
    public QualityRuleDocument Rule { get => field ?? new(); init; }

    /// <summary>Where the rule stands: <c>source</c> or <c>view</c>.</summary>
    public string Of { get => field ?? ""; init; }

    /// <summary>Whether the data satisfies it.</summary>
    public bool Passed { get; init; }

    /// <summary>Why it could not be checked: a rule that fits no such column. It counts as broken.</summary>
    public string? Error { get; init; }

    /// <summary>Rows it looked at; of rules on rows.</summary>
    public long? ElementCount { get; init; }

    /// <summary>Of those, rows without a value.</summary>
    public long? MissingCount { get; init; }

    /// <summary>Rows with a value that breaks it.</summary>
    public long? UnexpectedCount { get; init; }

    /// <summary>Share of the rows with a value that break it, 0 to 100.</summary>
    public double? UnexpectedPercent { get; init; }

    /// <summary>What was measured; of rules on the whole column or table.</summary>
    public string? Observed { get; init; }

    /// <summary>Up to 20 values that break it; none of join keys and restricted columns.</summary>
    public IReadOnlyList<string> Samples { get => field ?? []; init; }
}

/// <summary>One page of reports, newest first.</summary>
[WritesEmptyLists]
public sealed record QualityReportPage
{
    /// <summary>The reports.</summary>
    public IReadOnlyList<QualityReport> Reports { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A row that was set aside.</summary>
[WritesEmptyLists]
public sealed record QuarantinedRow
{
    /// <summary>Check that set it aside.</summary>
    public string CheckId { get => field ?? ""; init; }

    /// <summary>Source it came from.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long QuarantinedAt { get; init; }

    /// <summary>Rules it broke, by what they expect and of which column.</summary>
    public IReadOnlyList<string> Broke { get => field ?? []; init; }

    /// <summary>The row: a JSON object.</summary>
    public string Row { get => field ?? ""; init; }
}

/// <summary>One page of quarantined rows, newest first.</summary>
[WritesEmptyLists]
public sealed record QuarantinePage
{
    /// <summary>The rows.</summary>
    public IReadOnlyList<QuarantinedRow> Rows { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

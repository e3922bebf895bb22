using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Asks the old endpoint and the new version the same.</summary>
public sealed record CompareModelMigration
{
    /// <summary>Rows to ask, 1 to 1,000; absent to take logged ones.</summary>
    public IReadOnlyList<JsonElement>? Instances { get; init; }

    /// <summary>Environment of the deployment whose logged predictions are asked again; needs <c>serving.log</c>.</summary>
    public string? Environment { get; init; }

    /// <summary>Its name.</summary>
    public string? Deployment { get; init; }

    /// <summary>Most logged rows, 1 to 1,000; absent for 200.</summary>
    public int? Rows { get; init; }

    /// <summary>Output that is compared; absent for all.</summary>
    public string? Output { get; init; }

    /// <summary>Absolute tolerance of numbers; absent for 1e-6.</summary>
    public double? AbsoluteTolerance { get; init; }

    /// <summary>Relative tolerance of numbers, of the new version's; absent for 1e-4.</summary>
    public double? RelativeTolerance { get; init; }
}

/// <summary>A comparison of the old endpoint with the new version.</summary>
public sealed record ModelMigrationComparison
{
    /// <summary>Its id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Number of the version that was asked.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary><c>running</c>, <c>done</c> or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>Job that asks; it tells how far it is.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary>Rows that were asked.</summary>
    public int Rows { get; init; }

    /// <summary>Rows whose answers agree.</summary>
    public int Agreed { get; init; }

    /// <summary>Their share of all rows, 0 to 1; a row that one side did not answer does not agree. Null before the end.</summary>
    public double? Agreement { get; init; }

    /// <summary>Largest absolute difference of two numbers; null without numbers.</summary>
    public double? LargestDifference { get; init; }

    /// <summary>Mean over rows with numbers of the largest absolute difference in each.</summary>
    public double? MeanDifference { get; init; }

    /// <summary>The old endpoint.</summary>
    public ComparedSide Old { get => field ?? new(); init; }

    /// <summary>The new version.</summary>
    public ComparedSide New { get => field ?? new(); init; }

    /// <summary>The ten rows that differ most, worst first.</summary>
    public IReadOnlyList<ComparedRow> Worst { get => field ?? []; init; }

    /// <summary>Absolute tolerance of numbers.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>Relative tolerance of numbers.</summary>
    public double RelativeTolerance { get; init; }

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long RequestedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    public long? EndedAt { get; init; }
}

/// <summary>How one side answered.</summary>
public sealed record ComparedSide
{
    /// <summary>Rows that it did not answer.</summary>
    public int Errors { get; init; }

    /// <summary>What it said to the first of them.</summary>
    public string? FirstError { get; init; }

    /// <summary>Median latency of answered rows, milliseconds; null without.</summary>
    public double? P50Ms { get; init; }

    /// <summary>95th percentile, milliseconds.</summary>
    public double? P95Ms { get; init; }
}

/// <summary>A row on which both sides differ.</summary>
public sealed record ComparedRow
{
    /// <summary>Its place among the rows, from 0.</summary>
    public int Row { get; init; }

    /// <summary>Largest absolute difference of its numbers; null where labels, shapes or errors differ.</summary>
    public double? Difference { get; init; }

    /// <summary>What differs, for people; without values.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>What was asked, shortened to 300 characters; null for those without <c>serving.log</c>.</summary>
    public string? Inputs { get; init; }

    /// <summary>What the old endpoint said, shortened; null for those without <c>serving.log</c>.</summary>
    public string? Old { get; init; }

    /// <summary>What the new version said, shortened; null for those without <c>serving.log</c>.</summary>
    public string? New { get; init; }
}

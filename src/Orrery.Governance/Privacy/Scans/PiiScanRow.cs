using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A scan for personal data as it is kept.</summary>
internal sealed record PiiScanRow
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    public required string Id { get; init; }

    public required string State { get; init; }

    public required PiiScanSpec Spec { get; init; }

    public string? JobId { get; init; }

    public PiiReport? Report { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public PiiScan Wire(bool withReport) => new()
    {
        Id = Id,
        State = State,
        Spec = Spec,
        JobId = JobId,
        ErrorCode = ErrorCode,
        Error = Error,
        Report = withReport ? Report : null,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
    };
}

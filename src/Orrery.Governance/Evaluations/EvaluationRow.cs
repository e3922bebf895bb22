using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>An evaluation as it is kept.</summary>
internal sealed record EvaluationRow
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public required WorkspaceId Workspace { get; init; }

    public required string Id { get; init; }

    public required string State { get; init; }

    public required EvaluationSpec Spec { get; init; }

    public required bool SeesSmall { get; init; }

    public required string ModelSha256 { get; init; }

    public string? DataSha256 { get; init; }

    /// <summary>JSON; null where it was not asked for.</summary>
    public string? Result { get; init; }

    public string? ResultSha256 { get; init; }

    public bool? Passed { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required string JobId { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public long? FinishedAt { get; init; }
}

using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>A report as it is kept.</summary>
internal sealed record ExplanationRow
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static readonly IReadOnlyList<string> States = [Running, Succeeded, Failed, Cancelled];

    public required WorkspaceId Workspace { get; init; }

    public required string Id { get; init; }

    public required string Model { get; init; }

    public required long Version { get; init; }

    public required string State { get; init; }

    public required ExplanationSpec Spec { get; init; }

    public required string JobId { get; init; }

    public string? ModelSha256 { get; init; }

    /// <summary>JSON as it was hashed.</summary>
    public string? Result { get; init; }

    public string? ContentHash { get; init; }

    public string? Background { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public long? FinishedAt { get; init; }
}

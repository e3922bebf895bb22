using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>An erasure as it is kept.</summary>
internal sealed record ErasureRow
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    public required string Id { get; init; }

    public required string State { get; init; }

    public required string Subject { get; init; }

    /// <summary>What was asked, encrypted; null when it is over.</summary>
    public byte[]? Sealed { get; init; }

    public required string JobId { get; init; }

    public required SubjectReceipt Receipt { get; init; }

    /// <summary>What was done, so that a job that begins anew does not do it again.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    public string? Error { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public SubjectErasure Wire() => new()
    {
        Id = Id,
        State = State,
        Subject = Subject,
        JobId = JobId,
        Error = Error,
        Receipt = State == Succeeded ? Receipt : null,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
    };
}

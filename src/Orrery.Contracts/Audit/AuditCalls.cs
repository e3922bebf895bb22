using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>One entry of the audit trail.</summary>
public sealed record AuditEntry
{
    /// <summary>Identifies the entry.</summary>
    public required string EntryId { get; init; }

    /// <summary>Place in the workspace's chain, from 1, without gaps.</summary>
    public required long Seq { get; init; }

    /// <summary>When it happened, UTC, by the server's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it got its place in the chain, UTC.</summary>
    public required DateTimeOffset SealedAt { get; init; }

    /// <summary>Object kind and verb: <c>run.create</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Kind of what was acted on.</summary>
    public required string ObjectKind { get; init; }

    /// <summary>Its id.</summary>
    public required string ObjectId { get; init; }

    /// <summary><c>done</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Code of the failure it was refused with.</summary>
    public string? Reason { get; init; }

    /// <summary>Id of who acted: a principal's, <c>system</c>, or <c>unidentified</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Their name; absent once they were erased.</summary>
    public string? Name { get; init; }

    /// <summary>The network address they came from; absent once they were erased.</summary>
    public string? Address { get; init; }

    /// <summary>How they proved who they are.</summary>
    public string? Method { get; init; }

    /// <summary>Public id of their token.</summary>
    public string? TokenId { get; init; }

    /// <summary>Id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>SHA-256 of the object before, hexadecimal.</summary>
    public string? Before { get; init; }

    /// <summary>SHA-256 of the object after, hexadecimal.</summary>
    public string? After { get; init; }

    /// <summary>What else tells the act.</summary>
    public JsonElement? Detail { get; init; }

    /// <summary>Hash of this entry and all before it, hexadecimal.</summary>
    public required string Hash { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/audit/entries?actor=&amp;object_kind=&amp;object=&amp;action=&amp;since=&amp;until=&amp;limit=&amp;page_token=</c>, newest first.</summary>
public sealed record AuditPage
{
    /// <summary>The entries of this page.</summary>
    public IReadOnlyList<AuditEntry> Entries { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/audit/checkpoints</c>: signed documents, the newest first.</summary>
public sealed record AuditCheckpointPage
{
    /// <summary>The checkpoints of this page.</summary>
    public IReadOnlyList<AuditCheckpoint> Checkpoints { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Whether a workspace's entries must be kept however old. <c>GET</c> and <c>PUT /api/v1/audit/hold</c>.</summary>
public sealed record AuditHold
{
    /// <summary>Nothing is removed while true.</summary>
    public required bool Held { get; init; }

    /// <summary>Why, for people: a case's number. Never personal data.</summary>
    public string? Reason { get; init; }
}

/// <summary>Body of <c>POST /api/v1/audit/erasures</c>: makes a person's name and addresses in the workspace's entries unreadable for good.</summary>
public sealed record EraseAuditSubject
{
    /// <summary>Id of the principal.</summary>
    public required string Subject { get; init; }
}

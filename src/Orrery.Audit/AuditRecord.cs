namespace Orrery.Audit;

/// <summary>What became of an act.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was refused; nothing changed.</summary>
    Refused,
}

/// <summary>One act, for the trail. Who, where and when come from the actor and the clock.</summary>
/// <param name="Action">Object kind and verb, dotted: <c>run.create</c>, <c>model.version.stage</c>, <c>token.revoke</c>.</param>
/// <param name="ObjectKind">What was acted on: <c>run</c>, <c>experiment</c>, <c>model</c>, <c>token</c>.</param>
/// <param name="ObjectId">Its id, up to 512 characters; of what is part of something else, the whole's id and then its own: <c>churn/3</c>. Never personal data.</param>
public sealed record AuditRecord(string Action, string ObjectKind, string ObjectId)
{
    /// <summary>What became of it.</summary>
    public AuditOutcome Outcome { get; init; }

    /// <summary>Code of the failure it was refused with; null when it was done.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of the object's canonical state before; null when there was none or it is not kept.</summary>
    public byte[]? Before { get; init; }

    /// <summary>SHA-256 of the object's canonical state after, or of what was written to it; null when nothing is left.</summary>
    public byte[]? After { get; init; }

    /// <summary>A small JSON object with what else tells the act (from and to stage, number of metrics), up to 4 KiB. Never personal data; null for none.</summary>
    public string? Detail { get; init; }
}

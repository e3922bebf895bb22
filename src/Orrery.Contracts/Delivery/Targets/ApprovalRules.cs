namespace Orrery.Contracts;

/// <summary>What approvals are held against.</summary>
public sealed record ApprovalRules
{
    /// <summary>Public keys that are trusted.</summary>
    public required IReadOnlyCollection<AuditKey> Keys { get; init; }

    /// <summary>When it is.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Number of the workspace; null for any.</summary>
    public long? Workspace { get; init; }

    /// <summary>Name of the workspace, for <see cref="StorageTemplate"/>.</summary>
    public string? WorkspaceName { get; init; }

    /// <summary>Where versions' files are; null to take what a manifest says.</summary>
    public string? StorageTemplate { get; init; }

    /// <summary>What the target says of format, runtime, protocol, service account and mode; null to take what a manifest says.</summary>
    public KserveSettings? Settings { get; init; }

    /// <summary>Whether a token is used for the first time, so that <see cref="ApprovalToken.UseBy"/> counts. Default true. <see cref="WasUsed"/> goes before it.</summary>
    public bool FirstUse { get; init; } = true;

    /// <summary>Whether a token has brought its version at least this share (percent) of the same deployment's traffic already; null to go by <see cref="FirstUse"/>.</summary>
    public Func<ApprovalToken, int, bool>? WasUsed { get; init; }

    /// <summary>Why an approval with an id does not stand any more, null while it does; null when nobody knows. The second argument says whether it is used for the first time.</summary>
    public Func<string, bool, string?>? EndOf { get; init; }
}

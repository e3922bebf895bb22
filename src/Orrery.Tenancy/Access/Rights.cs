using System.Collections.Frozen;

namespace Orrery.Tenancy;

/// <summary>One object of a workspace.</summary>
/// <param name="Kind">experiment, model, feature-view.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct ObjectRef(string Kind, string Id);

/// <summary>What somebody else's workspace shares with one the caller works in.</summary>
/// <param name="With">Number of the workspace it is shared with.</param>
/// <param name="Object">What is shared.</param>
/// <param name="Permissions">What may be done with it.</param>
internal readonly record struct Share(long With, ObjectRef Object, PermissionSet Permissions);

/// <summary>All that one principal may do in one workspace.</summary>
internal sealed record Rights
{
    public static readonly Rights None = new();

    /// <summary>On the whole workspace.</summary>
    public PermissionSet Whole { get; init; }

    /// <summary>On single objects.</summary>
    public FrozenDictionary<ObjectRef, PermissionSet> Objects { get; init; } = FrozenDictionary<ObjectRef, PermissionSet>.Empty;

    /// <summary>Through workspaces that the principal works in.</summary>
    public IReadOnlyList<Share> Shares { get; init; } = [];

    /// <summary>Unix milliseconds at which the first of these grants ends.</summary>
    public long Until { get; init; } = long.MaxValue;

    public bool IsEmpty => Whole.IsEmpty && Objects.Count == 0 && Shares.Count == 0;
}

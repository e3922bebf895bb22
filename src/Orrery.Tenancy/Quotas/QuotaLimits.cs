using System.Collections.Frozen;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>All quotas as this server knows them: where none is set, nothing is counted. Thread-safe.</summary>
internal sealed class QuotaLimits(Db db)
{
    private FrozenDictionary<(long Workspace, string Kind), Quota>? _known;

    /// <summary>False only when no limit of this kind is set.</summary>
    public bool MayLimit(WorkspaceId workspace, string kind) =>
        Volatile.Read(ref _known) is not { } known || known.ContainsKey((workspace.Value, kind));

    /// <summary>The limit, if it is known by now.</summary>
    public Quota? Known(WorkspaceId workspace, string kind) => Volatile.Read(ref _known)?.GetValueOrDefault((workspace.Value, kind));

    /// <summary>The limit; null for none.</summary>
    public async ValueTask<Quota?> FindAsync(WorkspaceId workspace, string kind, CancellationToken cancel)
    {
        if (Volatile.Read(ref _known) is null)
            await LoadAsync(cancel);
        return Known(workspace, kind);
    }

    /// <summary>Reads them anew.</summary>
    public async ValueTask LoadAsync(CancellationToken cancel)
    {
        var all = await db.ReadAsync(QuotaStore.EverywhereAsync, cancel);
        Volatile.Write(ref _known, all.ToFrozenDictionary(static one => (one.Workspace, one.Quota.Kind), static one => one.Quota));
    }
}

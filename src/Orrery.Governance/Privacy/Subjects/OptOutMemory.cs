using System.Collections.Frozen;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Who has opted out, in memory, as <see cref="OptOutWatch"/> keeps it. Reading takes no lock. Thread-safe.</summary>
internal sealed class OptOutMemory(Db db, SubjectKeys keys) : ISubjectConsent, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private FrozenDictionary<WorkspaceId, Held> _held = FrozenDictionary<WorkspaceId, Held>.Empty;

    public SubjectIndex? Of(WorkspaceId workspace, SubjectPurpose purpose) => Volatile.Read(ref _held).GetValueOrDefault(workspace)?.Of(purpose);

    public async ValueTask<SubjectIndex?> NowAsync(WorkspaceId workspace, SubjectPurpose purpose, CancellationToken cancel)
    {
        await RefreshAsync(workspace, await db.ReadAsync(session => OptOutStore.VersionAsync(session, workspace), cancel), cancel);
        return Of(workspace, purpose);
    }

    /// <summary>Brings what has changed into memory.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        foreach (var (workspace, version) in await db.ReadAsync(OptOutStore.VersionsAsync, cancel))
            await RefreshAsync(workspace, version, cancel);
    }

    public void Dispose() => _one.Dispose();

    private async ValueTask RefreshAsync(WorkspaceId workspace, long version, CancellationToken cancel)
    {
        if (Version(workspace) >= version)
            return;
        await _one.WaitAsync(cancel);
        try
        {
            if (Version(workspace) >= version)
                return;
            var (now, codes) = await db.SnapshotAsync(async session => (await OptOutStore.VersionAsync(session, workspace), await OptOutStore.CodesAsync(session, workspace)), cancel);
            var held = new Dictionary<WorkspaceId, Held>(_held)
            {
                [workspace] = new(now, Index(workspace, codes, OptOutRow.Training), Index(workspace, codes, OptOutRow.Prediction)),
            };
            Volatile.Write(ref _held, held.ToFrozenDictionary());
        }
        finally
        {
            _one.Release();
        }
    }

    private long Version(WorkspaceId workspace) => Volatile.Read(ref _held).GetValueOrDefault(workspace)?.Version ?? 0;

    private SubjectIndex? Index(WorkspaceId workspace, List<(string Subject, string Purpose, string JoinKeys)> codes, string purpose)
    {
        var mine = codes.Where(one => one.Purpose == purpose || one.Purpose == OptOutRow.Everything).ToList();
        return mine.Count == 0 ? null : new SubjectIndex(keys.Of(workspace), mine.Select(static one => (one.JoinKeys, Convert.FromHexString(one.Subject))));
    }

    private sealed record Held(long Version, SubjectIndex? Training, SubjectIndex? Prediction)
    {
        public SubjectIndex? Of(SubjectPurpose purpose) => purpose is SubjectPurpose.Training ? Training : Prediction;
    }
}

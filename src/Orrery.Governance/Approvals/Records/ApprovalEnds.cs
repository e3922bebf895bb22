using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Which approvals do not stand any more, in memory, as <see cref="ApprovalEndWatch"/> keeps it. Reading takes no lock. Thread-safe.</summary>
internal sealed class ApprovalEnds(Db db) : IDisposable
{
    private const int Page = 1000;
    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Approval), ApprovalEnd> _ends = new();
    private readonly Dictionary<WorkspaceId, long> _known = [];
    private readonly SemaphoreSlim _one = new(1);
    private volatile bool _isBegun;

    public ApprovalEnd? Of(WorkspaceId workspace, string approval) => _ends.GetValueOrDefault((workspace, approval));

    /// <summary>Brings what has ended into memory.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            foreach (var (workspace, last) in await db.ReadAsync(ApprovalEndStore.LastAsync, cancel))
                await ReadAsync(workspace, last, cancel);
            _isBegun = true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Brings it into memory unless that was done once: from then on no end is missed for long.</summary>
    public ValueTask BeginAsync(CancellationToken cancel) => _isBegun ? default : RefreshAsync(cancel);

    public void Dispose() => _one.Dispose();

    private async ValueTask ReadAsync(WorkspaceId workspace, long last, CancellationToken cancel)
    {
        for (var known = _known.GetValueOrDefault(workspace); known < last;)
        {
            var from = known;
            var page = await db.ReadAsync(session => ApprovalEndStore.SinceAsync(session, workspace, from, Page), cancel);
            if (page.Count == 0)
                return;
            foreach (var (_, approval, end) in page)
                _ends[(workspace, approval)] = end;
            _known[workspace] = known = page[^1].Sequence;
        }
    }
}

using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>
/// Which approvals do not stand any more, in memory, as <see cref="ApprovalEndWatch"/> keeps it: those whose traffic ended, and of the others those whose tokens somebody could use
/// by their date alone. Reading takes no lock. Thread-safe.
/// </summary>
internal sealed class ApprovalEnds(Db db, TimeProvider time) : IDisposable
{
    private const int Page = 1000;
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Approval), ApprovalEnd> _ends = new();
    private readonly Dictionary<WorkspaceId, long> _known = [];
    private readonly SemaphoreSlim _one = new(1);
    private volatile bool _isBegun;
    private long _forgotAt;

    public ApprovalEnd? Of(WorkspaceId workspace, string approval) => _ends.GetValueOrDefault((workspace, approval));

    /// <summary>Brings what has ended into memory.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            foreach (var (workspace, last) in await db.ReadAsync(ApprovalEndStore.LastAsync, cancel))
                await ReadAsync(workspace, last, cancel);
            Forget();
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

    // A token is good for first use for no longer than this; one whose end stopped no traffic need not be known after it.
    private long Since() => (time.GetUtcNow() - WorkflowRules.LongestUse).ToUnixTimeMilliseconds();

    private void Forget()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now - _forgotAt < ForgetEvery.TotalMilliseconds)
            return;
        _forgotAt = now;
        var since = Since();
        foreach (var (key, end) in _ends)
        {
            if (!end.StopsTraffic && end.At < since)
                _ends.TryRemove(key, out _);
        }
    }

    private async ValueTask ReadAsync(WorkspaceId workspace, long last, CancellationToken cancel)
    {
        var since = Since();
        for (var known = _known.GetValueOrDefault(workspace); known < last;)
        {
            var from = known;
            var page = await db.ReadAsync(session => ApprovalEndStore.SinceAsync(session, workspace, from, last, since, Page), cancel);
            foreach (var (_, approval, end) in page)
                _ends[(workspace, approval)] = end;
            _known[workspace] = known = page.Count == Page ? page[^1].Sequence : last;
        }
    }
}

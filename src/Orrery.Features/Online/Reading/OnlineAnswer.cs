using System.Buffers;

namespace Orrery.Features;

/// <summary>What became of one row of one view.</summary>
internal enum RowStatus : byte
{
    NotFound,
    Present,

    /// <summary>Older than the ttl; its values count.</summary>
    Stale,

    /// <summary>Older than the ttl; its values do not count.</summary>
    Expired,
}

/// <summary>What was read for one request. Pooled; one request at a time.</summary>
internal sealed class OnlineAnswer : IDisposable
{
    private OnlineRow[] _rows = [];
    private RowStatus[] _statuses = [];
    private int _count;
    private int _reads;

    /// <summary>Values of on-demand views: view, then field, then row.</summary>
    public FeatureValue[][][] OnDemand { get; set; } = [];

    /// <summary>Takes room for so many rows of so many views.</summary>
    public void Begin(int reads, int rows)
    {
        (_reads, _count) = (reads, rows);
        if (_rows.Length >= reads * rows)
            return;
        Return();
        _rows = ArrayPool<OnlineRow>.Shared.Rent(Math.Max(reads * rows, 16));
        _statuses = ArrayPool<RowStatus>.Shared.Rent(Math.Max(reads * rows, 16));
    }

    public Memory<OnlineRow> Rows(int read) => _rows.AsMemory(read * _count, _count);

    public Span<RowStatus> Statuses(int read) => _statuses.AsSpan(read * _count, _count);

    public void Clear()
    {
        _rows.AsSpan(0, Math.Min(_rows.Length, _reads * _count)).Clear();
        OnDemand = [];
        // What a large request took is not kept for the small ones.
        if (_rows.Length > 4_096)
            Return();
    }

    public void Dispose()
    {
        Clear();
        Return();
    }

    private void Return()
    {
        if (_rows.Length > 0)
        {
            ArrayPool<OnlineRow>.Shared.Return(_rows, clearArray: true);
            ArrayPool<RowStatus>.Shared.Return(_statuses);
        }

        _rows = [];
        _statuses = [];
    }
}

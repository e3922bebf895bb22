using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Orrery.Serving;

/// <summary>Work that requests leave for later: adding never waits and takes no lock; beyond the capacity it is refused.</summary>
internal sealed class SideQueue<T>(int capacity) : IDisposable
    where T : class
{
    // Should a wake-up be missed, work is looked for after this.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<T> _items = new();
    private readonly SemaphoreSlim _wake = new(0);
    private int _count;
    private int _asleep;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds work; false when there is no room.</summary>
    public bool TryAdd(T item)
    {
        if (Interlocked.Increment(ref _count) > capacity)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _items.Enqueue(item);
        Interlocked.MemoryBarrier();
        if (_asleep != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
            _wake.Release();
        return true;
    }

    /// <summary>Takes what was added first; false when nothing waits.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        if (!_items.TryDequeue(out item))
            return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>Returns when something may wait, or after half a second.</summary>
    public async ValueTask WaitAsync(CancellationToken cancel)
    {
        Interlocked.Exchange(ref _asleep, 1);
        if (_items.IsEmpty)
            await _wake.WaitAsync(Look, cancel);
        Volatile.Write(ref _asleep, 0);
    }

    public void Dispose() => _wake.Dispose();
}

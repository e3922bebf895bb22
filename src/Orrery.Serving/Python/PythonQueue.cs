namespace Orrery.Serving;

/// <summary>Requests that wait for the workers of one model, in their order, up to a bound; those that fit together are taken together.</summary>
internal sealed class PythonQueue(int most) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<PythonRequest> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0);

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Adds a request; false when the queue is full of requests that somebody waits for.</summary>
    public bool TryAdd(PythonRequest request)
    {
        lock (_lock)
        {
            if (_waiting.Count >= most)
                DropAbandoned();
            if (_waiting.Count >= most)
                return false;
            _waiting.AddLast(request);
        }

        _signal.Release();
        return true;
    }

    /// <summary>Puts requests back to where they were, whose worker was gone before it got them.</summary>
    public void Return(IReadOnlyList<PythonRequest> requests)
    {
        lock (_lock)
        {
            for (var index = requests.Count - 1; index >= 0; index--)
                _waiting.AddFirst(requests[index]);
        }

        _signal.Release(requests.Count);
    }

    /// <summary>Waits for a request and takes it, with those after it that fit, up to so many rows.</summary>
    /// <param name="batch">Takes them; empty before.</param>
    /// <param name="rows">Most rows of several together; 1 takes each alone.</param>
    /// <param name="delay">How long to wait for more after the first.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask TakeAsync(List<PythonRequest> batch, int rows, TimeSpan delay, CancellationToken cancel)
    {
        while (batch.Count == 0)
        {
            await _signal.WaitAsync(cancel);
            Take(batch, rows);
        }

        if (delay <= TimeSpan.Zero || batch.Sum(static request => request.Rows) >= rows)
            return;
        await Task.Delay(delay, CancellationToken.None);
        Take(batch, rows);
    }

    /// <summary>Takes all of them.</summary>
    public IReadOnlyList<PythonRequest> TakeAll()
    {
        lock (_lock)
        {
            PythonRequest[] all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Take(List<PythonRequest> batch, int rows)
    {
        lock (_lock)
        {
            var sum = batch.Sum(static request => request.Rows);
            while (_waiting.First is { Value: var next })
            {
                if (!next.IsAbandoned)
                {
                    if (batch.Count > 0 && (sum + next.Rows > rows || !batch[0].Fits(next)))
                        return;
                    batch.Add(next);
                    sum += next.Rows;
                }

                _waiting.RemoveFirst();
            }
        }
    }

    private void DropAbandoned()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.IsAbandoned)
                _waiting.Remove(node);
            node = next;
        }
    }
}

using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What a query of the embedded engine is for.</summary>
internal enum EngineUse
{
    /// <summary>A job, or work that waits as patiently as one.</summary>
    Job,

    /// <summary>A request whose caller waits for the answer.</summary>
    Request,
}

/// <summary>
/// Slots for queries of the embedded engines. Jobs have at most half of them, and while others wait no workspace is given more than half; at least
/// one each. Who waits is served in order but for that.
/// </summary>
internal sealed class EngineSlots(int slots)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly Dictionary<WorkspaceId, int> _taken = [];
    private readonly int _half = Math.Max(1, slots / 2);
    private int _free = slots;
    private int _jobs;

    /// <summary>Waits for a slot; false when none was free in time, or as many requests as may wait do so already.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<bool> TakeAsync(WorkspaceId workspace, EngineUse use, int mostWaiting, TimeSpan patience, CancellationToken cancel)
    {
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            node = _waiting.AddLast(new Waiter(workspace, use));
            Serve();
            if (node.Value.Served.Task.IsCompleted)
                return true;
            if (use is EngineUse.Request && _waiting.Count(static one => one.Use is EngineUse.Request) > mostWaiting)
            {
                _waiting.Remove(node);
                return false;
            }
        }

        try
        {
            await node.Value.Served.Task.WaitAsync(patience, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return !Leave(node);
        }
        catch (OperationCanceledException)
        {
            if (!Leave(node))
                Release(workspace, use);
            throw;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(WorkspaceId workspace, EngineUse use)
    {
        lock (_lock)
        {
            _free++;
            if (use is EngineUse.Job)
                _jobs--;
            if (--_taken[workspace] == 0)
                _taken.Remove(workspace);
            Serve();
        }
    }

    private bool Leave(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (node.Value.Served.Task.IsCompleted)
                return false;
            _waiting.Remove(node);
            return true;
        }
    }

    private void Serve()
    {
        while (_free > 0 && Next() is { } node)
        {
            var (workspace, use) = (node.Value.Workspace, node.Value.Use);
            _waiting.Remove(node);
            _free--;
            if (use is EngineUse.Job)
                _jobs++;
            _taken[workspace] = _taken.GetValueOrDefault(workspace) + 1;
            node.Value.Served.SetResult();
        }
    }

    // The first whose workspace has less than its share, else the first at all.
    private LinkedListNode<Waiter>? Next()
    {
        LinkedListNode<Waiter>? first = null;
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Use is EngineUse.Job && _jobs >= _half)
                continue;
            if (_taken.GetValueOrDefault(node.Value.Workspace) < _half)
                return node;
            first ??= node;
        }

        return first;
    }

    private sealed record Waiter(WorkspaceId Workspace, EngineUse Use)
    {
        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

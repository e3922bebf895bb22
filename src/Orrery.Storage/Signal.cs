namespace Orrery.Storage;

/// <summary>Wakes one waiting loop. Setting it many times before the loop looks wakes it once.</summary>
internal sealed class Signal(TimeProvider time)
{
    private TaskCompletionSource _set = New();

    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Waits until it is set, or for <paramref name="longest"/>.</summary>
    /// <returns>Whether it was set.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var set = Volatile.Read(ref _set).Task;
        if (!set.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(set, Task.Delay(longest, time, stop.Token));
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }

        // What is set from here on wakes the next wait; what was set before is looked at by the caller now.
        if (!set.IsCompleted)
            return false;
        Volatile.Write(ref _set, New());
        return true;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

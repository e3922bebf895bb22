namespace Orrery.Features;

/// <summary>How many pushes and bytes may be under way at once; beyond it callers are asked to come again.</summary>
internal sealed class PushGate
{
    private const int MaxPushes = 256;
    private const long MaxBytes = 64L << 20;
    private long _bytes;
    private int _pushes;

    /// <summary>Takes a place; false when there is none.</summary>
    public bool TryEnter(int bytes)
    {
        // Both are added, whatever comes of it: leaving takes both away.
        var pushes = Interlocked.Increment(ref _pushes);
        var total = Interlocked.Add(ref _bytes, bytes);
        if (pushes <= MaxPushes && total <= MaxBytes)
            return true;
        Leave(bytes);
        return false;
    }

    public void Leave(int bytes)
    {
        Interlocked.Decrement(ref _pushes);
        Interlocked.Add(ref _bytes, -bytes);
    }
}

using System.Collections.Concurrent;

namespace Orrery.Serving;

/// <summary>
/// When a revision that could not be taken up is tried again: after half a minute, for the blob store may be back; for want of an approval, which may come at any moment, soon at
/// first and then after twice as long each time, up to half a minute. Thread-safe.
/// </summary>
internal sealed class ActivationRetries(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<DeploymentKey, Tried> _tried = new();

    /// <summary>Whether a revision was tried before.</summary>
    public bool IsKnown(DeploymentKey key, long revision) => _tried.TryGetValue(key, out var tried) && tried.Revision == revision;

    /// <summary>Whether a revision is to be tried now.</summary>
    public bool IsDue(DeploymentKey key, long revision) => !_tried.TryGetValue(key, out var tried) || tried.Revision != revision || time.GetUtcNow() >= tried.Next;

    /// <summary>A revision is tried.</summary>
    public void Begin(DeploymentKey key, long revision) =>
        _tried[key] = new(revision, time.GetUtcNow() + Longest, _tried.TryGetValue(key, out var before) && before.Revision == revision ? before.Refused : TimeSpan.Zero);

    /// <summary>The revision that was tried was refused for want of an approval.</summary>
    public void Refuse(DeploymentKey key)
    {
        if (!_tried.TryGetValue(key, out var tried))
            return;
        var wait = tried.Refused == TimeSpan.Zero ? Soonest : tried.Refused * 2 < Longest ? tried.Refused * 2 : Longest;
        _tried.TryUpdate(key, tried with { Next = time.GetUtcNow() + wait, Refused = wait }, tried);
    }

    /// <summary>It is tried again at once.</summary>
    public void Forget(DeploymentKey key) => _tried.TryRemove(key, out _);

    /// <param name="Revision">Which.</param>
    /// <param name="Next">When it is tried again.</param>
    /// <param name="Refused">How long was waited after it was refused the last time; zero for never.</param>
    private sealed record Tried(long Revision, DateTimeOffset Next, TimeSpan Refused);
}

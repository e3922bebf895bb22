using System.Collections.Concurrent;

namespace Orrery.Tenancy;

/// <summary>
/// Where people have signed in from lately, as far as this server saw: a lock-out that somebody else brought about does not keep them out
/// there. A few tries while locked are one's own; then the address is forgotten. Thread-safe.
/// </summary>
internal sealed class FamiliarAddresses(TimeProvider time)
{
    private const int Tries = 5;
    private const int Most = 10_000;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(14);
    private readonly ConcurrentDictionary<(string Principal, string Address), Seen> _seen = new();

    public void Keep(string principal, string address)
    {
        if (_seen.Count >= Most)
            _seen.Clear();
        _seen[(principal, address)] = new(time.GetUtcNow(), Tries);
    }

    /// <summary>Takes one of the tries that an address has while its person is locked out.</summary>
    public bool TryTake(string principal, string address)
    {
        while (_seen.TryGetValue((principal, address), out var seen))
        {
            if (seen.Left == 0 || time.GetUtcNow() - seen.At > Lately)
                return false;
            if (_seen.TryUpdate((principal, address), seen with { Left = seen.Left - 1 }, seen))
                return true;
        }

        return false;
    }

    private sealed record Seen(DateTimeOffset At, int Left);
}

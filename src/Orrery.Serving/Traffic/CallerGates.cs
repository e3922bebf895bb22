using System.Collections.Concurrent;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>
/// Limits of each caller of a deployment: a token, or a user who has none. Reading takes no lock and allocates nothing for a caller who was here lately.
/// Callers who are idle are forgotten; should more than <paramref name="most"/> be busy at once, those beyond share one caller's limits.
/// </summary>
/// <param name="limits">Of one caller.</param>
/// <param name="time">The clock.</param>
/// <param name="most">Callers that are remembered.</param>
internal sealed class CallerGates(TokenLimits limits, TimeProvider time, int most = CallerGates.Most)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, CallerGate> _gates = new(StringComparer.Ordinal);
    private readonly CallerGate _rest = new(limits, time);
    private readonly Failure _tooMany = Refused($"A caller may have {limits.Concurrency} requests at work here; try again when one is answered.");
    private readonly Failure _tooFast = Refused($"A caller may send {limits.RequestsPerSecond} requests a second to each server; try again in a moment.");
    private readonly Lock _sweeping = new();
    private int _count;
    private long _sweptAt = long.MinValue;

    /// <summary>Callers that are remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Lets a request in; <c>serving.rate_limited</c>. Each that was let in leaves by its gate.</summary>
    public Failure? Enter(Actor actor, out CallerGate? gate)
    {
        var caller = actor.Origin.TokenId ?? actor.Origin.PrincipalId ?? actor.Name;
        while (true)
        {
            gate = _gates.TryGetValue(caller, out var known) ? known : Add(caller);
            switch (gate.Enter())
            {
                case CallerEntry.Admitted:
                    return null;
                case CallerEntry.TooMany:
                    return _tooMany;
                case CallerEntry.TooFast:
                    return _tooFast;
                default:
                    // It is taken out of the list at this moment.
                    Thread.Yield();
                    break;
            }
        }
    }

    private CallerGate Add(string caller)
    {
        if (Count >= most)
            Sweep();
        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            return _rest;
        }

        var gate = new CallerGate(limits, time);
        var added = _gates.GetOrAdd(caller, gate);
        if (added != gate)
            Interlocked.Decrement(ref _count);
        return added;
    }

    // Not more than once a second, so that a crowd of callers costs no more than this.
    private void Sweep()
    {
        if (!_sweeping.TryEnter())
            return;
        try
        {
            var now = time.GetTimestamp();
            if (_sweptAt != long.MinValue && time.GetElapsedTime(_sweptAt, now) < TimeSpan.FromSeconds(1))
                return;
            _sweptAt = now;
            foreach (var one in _gates)
            {
                if (one.Value.TryRetire() && _gates.TryRemove(one))
                    Interlocked.Decrement(ref _count);
            }
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    private static Failure Refused(string message) => new(FailureKind.Exhausted, "serving.rate_limited", message);
}

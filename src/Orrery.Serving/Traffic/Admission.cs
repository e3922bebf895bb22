using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Takes on no more requests than a deployment's limits allow; nothing waits in a queue.</summary>
internal sealed class Admission(ServingLimits? limits, int concurrency, TimeProvider time)
{
    private readonly int _most = limits?.Concurrency ?? concurrency;
    private readonly RateGate? _rate = limits?.RequestsPerSecond is { } rate ? new RateGate(rate, time) : null;
    private readonly CallerGates? _callers = limits?.PerToken is { } caller ? new CallerGates(caller, time) : null;
    private int _atWork;

    /// <summary>Longest time of a request.</summary>
    public TimeSpan Timeout { get; } = TimeSpan.FromMilliseconds(limits?.TimeoutMs ?? 30_000);

    /// <summary>Requests that may be at work.</summary>
    public int Most => _most;

    /// <summary>Requests at work.</summary>
    public int AtWork => Volatile.Read(ref _atWork);

    /// <summary>Takes a request on; <c>serving.rate_limited</c> (429), <c>serving.overloaded</c> (503). Each that was taken on leaves.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="caller">Where it leaves; null when callers have no limits of their own.</param>
    public Failure? Enter(Actor actor, out CallerGate? caller)
    {
        caller = null;
        if (Interlocked.Increment(ref _atWork) > _most)
        {
            Interlocked.Decrement(ref _atWork);
            return Failure.Unavailable("serving.overloaded", $"{_most} requests are at work here, as many as may be; try again in a moment.");
        }

        // First the caller's own, so that what one sends too much takes nothing from the others.
        if (_callers?.Enter(actor, out caller) is { } tooMuch)
        {
            Interlocked.Decrement(ref _atWork);
            return tooMuch;
        }

        if (_rate is null || _rate.TryTake())
            return null;
        Leave(caller);
        return new(FailureKind.Exhausted, "serving.rate_limited", $"The deployment takes {limits!.RequestsPerSecond} requests a second on each server; try again in a moment.");
    }

    public void Leave(CallerGate? caller)
    {
        caller?.Leave();
        Interlocked.Decrement(ref _atWork);
    }
}

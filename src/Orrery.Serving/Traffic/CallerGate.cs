using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>What one caller has of a deployment now. It takes no lock.</summary>
internal sealed class CallerGate(TokenLimits limits, TimeProvider time)
{
    // So far below zero that no number of callers that knock brings it up.
    private const int Retired = int.MinValue / 2;

    private readonly int _most = limits.Concurrency ?? int.MaxValue;
    private readonly RateGate? _rate = limits.RequestsPerSecond is { } perSecond ? new RateGate(perSecond, time) : null;
    private int _atWork;

    /// <summary>Lets a request in, or says why not. Each that was let in leaves.</summary>
    public CallerEntry Enter()
    {
        var atWork = Interlocked.Increment(ref _atWork);
        var refused = atWork < 0 ? CallerEntry.Retired : atWork > _most ? CallerEntry.TooMany : _rate?.TryTake() is false ? CallerEntry.TooFast : CallerEntry.Admitted;
        if (refused is not CallerEntry.Admitted)
            Leave();
        return refused;
    }

    public void Leave() => Interlocked.Decrement(ref _atWork);

    /// <summary>Closes it for good when forgetting it changes nothing: nothing is at work, and the rate is as at first.</summary>
    public bool TryRetire() => _rate?.IsIdle is not false && Interlocked.CompareExchange(ref _atWork, Retired, 0) == 0;
}

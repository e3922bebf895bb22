namespace Orrery.Serving;

/// <summary>Requests at work at one endpoint, up to a bound; nothing waits.</summary>
internal sealed class RemoteGate(string endpoint, int most)
{
    private int _atWork;

    /// <summary>Takes a place; each that was taken is left.</summary>
    /// <exception cref="ModelUnavailableException">There is none.</exception>
    public void Enter()
    {
        if (Interlocked.Increment(ref _atWork) <= most)
            return;
        Leave();
        throw new ModelUnavailableException($"{most} requests are at work at {endpoint}, as many as may be (Orrery:Serving:Remote:MaxConnections); try again in a moment.");
    }

    public void Leave() => Interlocked.Decrement(ref _atWork);
}

namespace Orrery.Load;

/// <summary>Measures operations one after the other, and says on standard error how far it is.</summary>
internal sealed class Bench(LoadOptions options, Crowd crowd, ProcessorMeter meter, string stage)
{
    private const int WarmUpRequests = 500;
    private const int WarmUpRounds = 3;

    private readonly Loops _loops = new(crowd, meter);

    /// <summary>Warms up, then the closed loop, then the open one at half the rate.</summary>
    /// <param name="operation">What is sent.</param>
    /// <param name="alone">A loop of one connection, to be measured as well.</param>
    public OperationResult Measure(Operation operation, Loops? alone = null)
    {
        if (operation.Count is { } count)
            return Say(new(operation.Name, _loops.Closed(operation, TimeSpan.Zero, count), Open: null));
        WarmUp(operation);
        var closed = _loops.Closed(operation, options.Closed);
        var open = closed.Latencies.Count == 0 ? null : _loops.Open(operation, options.Open, closed.PerSecond / 2);
        return Say(new(operation.Name, closed, open, alone?.Closed(operation, options.Closed / 2)));
    }

    // By requests as well as by time: on a busy machine a second is few requests.
    private void WarmUp(Operation operation)
    {
        var warmed = 0;
        for (var round = 0; round < WarmUpRounds && warmed < WarmUpRequests; round++)
            warmed += _loops.Closed(operation, options.WarmUp).Requests;
    }

    private OperationResult Say(OperationResult result)
    {
        Progress.Say($"{stage,-11} {result.Name,-44} {result.Closed.PerSecond,9:0.#}/s {result.Closed.ServerMs,9:0.000} ms CPU");
        if (result.Failed > 0)
            Progress.Say($"{"",-11} {result.Failed} requests were refused, the first with: {result.FirstFailure}");
        return result;
    }
}

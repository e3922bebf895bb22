namespace Orrery.Client;

/// <summary>Ends one try when nothing has happened for a while. <see cref="Touch"/> says that something has.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private readonly TimeSpan _patience;

    public Deadline(TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        _patience = patience;
        _timer = new CancellationTokenSource(patience, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancel);
    }

    public CancellationToken Token => _linked.Token;

    public void Touch() => _timer.CancelAfter(_patience);

    /// <summary>Waits this long from now on, until something happens.</summary>
    public void Extend(TimeSpan patience) => _timer.CancelAfter(patience);

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}

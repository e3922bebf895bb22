using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Ends a request's queries of the embedded engine when they take too long.</summary>
internal sealed class QueryDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _request;
    private readonly int _seconds;

    public QueryDeadline(FeatureOptions options, CancellationToken request)
    {
        _request = request;
        _seconds = options.DuckDb.QuerySeconds;
        _source = CancellationTokenSource.CreateLinkedTokenSource(request);
        _source.CancelAfter(TimeSpan.FromSeconds(_seconds));
    }

    /// <summary>Cancelled with the request, or when the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time is over while the caller still waits.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_request.IsCancellationRequested;

    /// <summary><c>features.query_timeout</c>.</summary>
    public Failure Failure => Kernel.Failure.Unavailable(
        "features.query_timeout",
        FormattableString.Invariant($"The query took more than {_seconds} s; ask for less, or have a job do it with the header 'Prefer: respond-async'."));

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}

namespace Orrery.Serving;

/// <summary>An endpoint elsewhere did not answer, or wrongly.</summary>
/// <param name="outcome">What became of the try.</param>
/// <param name="message">For the caller.</param>
/// <param name="status">Of HTTP, for the caller: 502, 503 or 504.</param>
/// <param name="inner">What it was known by.</param>
internal sealed class RemoteException(RemoteOutcome outcome, string message, int status = 502, Exception? inner = null) : ModelException(message, inner)
{
    /// <summary>What became of the try.</summary>
    public RemoteOutcome Outcome => outcome;

    public override int Status => status;

    /// <summary>When the endpoint asked to be tried again; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may succeed at once.</summary>
    public bool MayRetry => outcome is RemoteOutcome.Unavailable or RemoteOutcome.Timeout or RemoteOutcome.Unreachable;
}

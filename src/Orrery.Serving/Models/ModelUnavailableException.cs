namespace Orrery.Serving;

/// <summary>A model cannot answer now: too much waits for it, or its worker is gone. The same request may succeed soon.</summary>
/// <param name="message">For the caller.</param>
/// <param name="retryAfter">When to try again; null for soon.</param>
internal sealed class ModelUnavailableException(string message, TimeSpan? retryAfter = null) : ModelException(message)
{
    public override int Status => 503;

    /// <summary>When to try again; null for soon.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}

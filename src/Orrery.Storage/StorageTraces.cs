using System.Diagnostics;

namespace Orrery.Storage;

/// <summary>What Storage traces: attempts at jobs and deliveries of events, each a span of its own. Source <c>Orrery.Storage</c>.</summary>
internal static class StorageTraces
{
    private static readonly ActivitySource Source = new("Orrery.Storage");

    /// <summary>Begins the span of an attempt at a job; null when nobody listens.</summary>
    public static Activity? BeginJob(string kind, int attempt)
    {
        var span = Source.StartActivity($"job {kind}", ActivityKind.Consumer);
        span?.SetTag("kind", kind);
        span?.SetTag("attempt", attempt);
        return span;
    }

    /// <summary>Begins the span of telling a handler of an event; null when nobody listens.</summary>
    public static Activity? BeginDelivery(string handler, string eventName, int attempt)
    {
        var span = Source.StartActivity($"deliver {eventName}", ActivityKind.Consumer);
        span?.SetTag("handler", handler);
        span?.SetTag("event", eventName);
        span?.SetTag("attempt", attempt);
        return span;
    }

    /// <summary>Says how it came out; whoever began the span disposes it.</summary>
    public static void Ended(this Activity? span, string outcome, string? error)
    {
        span?.SetTag("outcome", outcome);
        if (error is not null)
            span?.SetStatus(ActivityStatusCode.Error, error);
    }
}

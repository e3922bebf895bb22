using System.Diagnostics;

namespace Orrery.Registry;

/// <summary>What Registry traces: calls of webhooks. Source <c>Orrery.Registry</c>.</summary>
internal static class RegistryTraces
{
    private static readonly ActivitySource Source = new("Orrery.Registry");

    /// <summary>Begins the span of a call; null when nobody listens.</summary>
    public static Activity? BeginWebhook(long attempt)
    {
        var span = Source.StartActivity("call webhook", ActivityKind.Client);
        span?.SetTag("attempt", attempt);
        return span;
    }

    /// <summary>Says how the call came out; whoever began the span disposes it.</summary>
    public static void Ended(this Activity? span, string outcome, WebhookAnswer answer)
    {
        span?.SetTag("outcome", outcome);
        span?.SetTag("http.response.status_code", answer.Status);
        if (!answer.Succeeded)
            span?.SetStatus(ActivityStatusCode.Error, answer.Error);
    }
}

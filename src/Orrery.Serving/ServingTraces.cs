using System.Diagnostics;

namespace Orrery.Serving;

/// <summary>
/// What serving traces: predictions, and in them loading and running the model, waiting for a worker, and the batches of workers; batch predictions. Source
/// <c>Orrery.Serving</c>.
/// </summary>
internal static class ServingTraces
{
    private static readonly ActivitySource Source = new("Orrery.Serving");

    /// <summary>Begins the span of a prediction; null when nobody listens.</summary>
    public static Activity? Begin(ActiveDeployment deployment, ActiveVariant variant)
    {
        if (!Source.HasListeners())
            return null;
        var span = Source.StartActivity("predict");
        span?.SetTag("deployment", deployment.Row.Key.Name);
        span?.SetTag("environment", deployment.Row.Key.Environment);
        span?.SetTag("revision", deployment.Row.Revision);
        span?.SetTag("variant", variant.Name);
        span?.SetTag("model", variant.Model);
        span?.SetTag("version", variant.Version);
        return span;
    }

    /// <summary>Begins the span of waiting for a model to be loaded.</summary>
    public static Activity? BeginLoad() => Source.StartActivity("load model");

    /// <summary>Begins the span of looking features up.</summary>
    public static Activity? BeginLookup(Orrery.Features.FeatureLookup lookup, int rows)
    {
        if (Source.StartActivity("look up features") is not { } span)
            return null;
        span.SetTag("feature_project", lookup.Project);
        span.SetTag("feature_service", lookup.Service);
        span.SetTag("rows", rows);
        return span;
    }

    /// <summary>Begins the span of running a model, its queue and batch with it.</summary>
    public static Activity? BeginRun() => Source.StartActivity("run model");

    /// <summary>Begins a span of a batch prediction.</summary>
    public static Activity? BeginBatch(string name, BatchRow batch)
    {
        var span = Source.StartActivity(name);
        span?.SetTag("batch", batch.Id);
        span?.SetTag("model", batch.Model);
        span?.SetTag("version", batch.Version);
        return span;
    }

    /// <summary>Begins the span of a request that waits for a worker; it ends when a worker has it.</summary>
    public static Activity? BeginQueue() => Source.HasListeners() ? Source.StartActivity("queue") : null;

    /// <summary>Begins the span of a worker that answers requests together: linked to all of them, in the trace of the first. Their waiting ends.</summary>
    public static Activity? BeginBatch(IReadOnlyList<PythonRequest> batch)
    {
        if (!Source.HasListeners())
            return null;
        var links = new List<ActivityLink>(batch.Count);
        var rows = 0L;
        foreach (var request in batch)
        {
            request.Waiting?.Stop();
            rows += request.Rows;
            if (request.Trace != default)
                links.Add(new(request.Trace));
        }

        // Ending another's span made its parent current here.
        Activity.Current = null;
        var span = Source.StartActivity("batch", ActivityKind.Internal, links.Count > 0 ? links[0].Context : default, links: links);
        span?.SetTag("requests", batch.Count);
        span?.SetTag("rows", rows);
        return span;
    }

    /// <summary>Says how it came out; whoever began the span disposes it.</summary>
    public static void Ended(this Activity? span, int status)
    {
        span?.SetTag("status", status);
        if (status >= 500)
            span?.SetStatus(ActivityStatusCode.Error);
    }
}

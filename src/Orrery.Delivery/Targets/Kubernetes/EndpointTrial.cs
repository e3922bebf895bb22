using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Asks a model on KServe whether it is ready, where its callers ask it.</summary>
internal sealed class EndpointTrial(TargetHttp http, KubeState cluster, TimeProvider time)
{
    public async ValueTask<Result<SmokeAnswer>> AskAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        var (settings, name) = (TargetRow.Read(order.Target.Settings), KubeNames.Of(order.Name));
        if (!settings.Smoke)
            return new SmokeAnswer(true, 0, "Not asked: the target's settings say that this server cannot reach it ('smoke' is false).");
        var root = settings.Endpoint is { } template ? TargetRules.Fill(template, name, settings.Namespace) : null;
        if (root is null)
        {
            if ((await cluster.FindAsync(actor, order.Target.Environment, settings, name, cancel)).Failed(out var failure, out var live))
                return failure;
            root = (string?)live?["status"]?["url"];
            if (!Uri.TryCreate(root, UriKind.Absolute, out var found) || found.Scheme is not ("http" or "https"))
                return new SmokeAnswer(false, 0, $"The InferenceService says no address ({root ?? "nothing"}); set 'endpoint' of the target.");
        }

        var path = settings.ProtocolVersion is "v1" or "grpc-v1" ? $"/v1/models/{name}" : $"/v2/models/{name}/ready";
        using var request = new HttpRequestMessage(HttpMethod.Get, root.TrimEnd('/') + path);
        var begun = time.GetTimestamp();
        var called = await http.SendAsync(request, cancel);
        var took = Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 3);
        return called.Failed(out var away, out var answer)
            ? new SmokeAnswer(false, took, $"GET {path}: {away.Message}")
            : new SmokeAnswer(answer.Status == 200 && !answer.Body.Contains("\"ready\":false", StringComparison.Ordinal), took, $"GET {path} answered {answer.Status} {answer.Short}".TrimEnd());
    }
}

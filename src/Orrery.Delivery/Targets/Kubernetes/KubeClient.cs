using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>
/// The few calls of the Kubernetes API that are needed, for InferenceServices. Changes are made by server-side apply under a name of our own: what others have set
/// is not taken from them.
/// </summary>
internal sealed class KubeClient : IDisposable
{
    public const string Manager = "orrery";
    private const string Group = "/apis/serving.kserve.io/v1beta1";
    private const int Tries = 4;

    private readonly KubeAccess _access;
    private readonly TargetOptions _options;
    private readonly TimeProvider _time;
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection? _roots;
    private readonly HttpClient _http;

    public KubeClient(KubeAccess access, TargetOptions options, TimeProvider time)
    {
        (_access, _options, _time) = (access, options, time);
        _certificate = access.ClientCertificate();
        if (access.Ca is not null)
        {
            _roots = [];
            _roots.ImportFromPem(access.Ca);
        }

        var tls = new SslClientAuthenticationOptions { ClientCertificates = _certificate is null ? null : [_certificate] };
        if (_roots is not null)
            tls.CertificateChainPolicy = Chain(_roots);
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            SslOptions = tls,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Whether the cluster knows InferenceServices; <c>delivery.no_kserve</c>.</summary>
    public async ValueTask<Result<Done>> DiscoverAsync(CancellationToken cancel)
    {
        if ((await CallAsync(HttpMethod.Get, Group, null, cancel)).Failed(out var failure, out var answer))
            return failure;
        if (answer.Status == 404 || (answer.Status == 200 && Parse(answer)?["resources"] is JsonArray known && !known.Any(static one => (string?)one?["name"] is "inferenceservices")))
            return Failure.Conflict("delivery.no_kserve", "The cluster has no InferenceService (serving.kserve.io/v1beta1); install KServe.");
        return answer.Status == 200 ? Done.Ok : Refused(answer, "asked for its kinds");
    }

    /// <summary>An InferenceService; null for none.</summary>
    public async ValueTask<Result<JsonObject?>> FindAsync(string space, string name, CancellationToken cancel)
    {
        if ((await CallAsync(HttpMethod.Get, Path(space, name), null, cancel)).Failed(out var failure, out var answer))
            return failure;
        if (answer.Status == 404)
            return (JsonObject?)null;
        return answer.Status == 200 && Parse(answer) is { } found ? found : Refused(answer, "asked for an InferenceService");
    }

    /// <summary>Applies an InferenceService; <c>delivery.field_conflict</c> names what others hold, <c>delivery.refused_by_cluster</c> what it does not take.</summary>
    public async ValueTask<Result<JsonObject>> ApplyAsync(JsonObject manifest, CancellationToken cancel)
    {
        var (space, name) = ((string)manifest["metadata"]!["namespace"]!, (string)manifest["metadata"]!["name"]!);
        if ((await CallAsync(HttpMethod.Patch, $"{Path(space, name)}?fieldManager={Manager}&force=false", manifest.ToJsonString(), cancel)).Failed(out var failure, out var answer))
            return failure;
        if (answer.Status is 200 or 201 && Parse(answer) is { } applied)
            return applied;
        if (answer.Status != 409)
            return Refused(answer, "told to apply an InferenceService");
        var causes = (Parse(answer)?["details"]?["causes"] as JsonArray ?? []).Select(static cause => $"{cause?["field"]} ({cause?["message"]})").Take(10).ToList();
        return Failure.Conflict(
            "delivery.field_conflict",
            causes.Count > 0
                ? $"Fields of InferenceService {space}/{name} are held by others: {string.Join("; ", causes)}. Have them give those fields up, or take the fields out of what they apply."
                : $"InferenceService {space}/{name} was changed at the same time: {answer.Short}");
    }

    /// <summary>Removes an InferenceService; what is not there is removed.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(string space, string name, CancellationToken cancel)
    {
        if ((await CallAsync(HttpMethod.Delete, Path(space, name), null, cancel)).Failed(out var failure, out var answer))
            return failure;
        return answer.Status is 200 or 202 or 404 ? Done.Ok : Refused(answer, "told to remove an InferenceService");
    }

    public void Dispose()
    {
        _http.Dispose();
        _certificate?.Dispose();
    }

    private static string Path(string space, string name) => $"{Group}/namespaces/{Uri.EscapeDataString(space)}/inferenceservices/{Uri.EscapeDataString(name)}";

    private static X509ChainPolicy Chain(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    // Every call may be repeated: applying the same again changes nothing.
    private async ValueTask<Result<HttpAnswer>> CallAsync(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, new Uri(_access.Server, path));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (_access.Token is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/apply-patch+yaml"));
            var called = await TargetHttp.SendAsync(_http, request, _options, _time, cancel);
            if (attempt >= Tries || !(called.Failed(out var away, out var answer) ? away.Kind is FailureKind.Unavailable : answer.Status is 429 or >= 500))
                return called;
            var wait = int.TryParse(answer?.RetryAfter, out var seconds) && seconds is >= 0 and <= 10 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMilliseconds(200 * attempt * attempt);
            await Task.Delay(wait, _time, cancel);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var to = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, cancel);
        var allowed = _options.AllowPrivateNetworks ? addresses : Array.FindAll(addresses, PublicAddresses.Contains);
        if (allowed.Length == 0)
            throw new RefusedAddressException($"{to.Host} is not at a public address; clusters in private networks need Orrery:Delivery:Targets:AllowPrivateNetworks.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static JsonObject? Parse(HttpAnswer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Failure Refused(HttpAnswer answer, string asked)
    {
        var message = (string?)Parse(answer)?["message"] ?? answer.Short;
        return answer.Status switch
        {
            401 or 403 => new(FailureKind.Denied, "delivery.cluster_denied", $"The cluster answered {answer.Status} when {asked}: {message}"),
            400 or 422 => Failure.Invalid("delivery.refused_by_cluster", $"The cluster does not take it: {message}"),
            404 => Failure.NotFound("delivery.no_kserve", $"The cluster answered 404 when {asked}: {message}"),
            _ => Failure.Unavailable("delivery.unreachable", $"The cluster answered {answer.Status} when {asked}: {message}"),
        };
    }
}

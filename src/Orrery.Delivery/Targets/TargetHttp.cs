using System.Text;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>An answer over HTTP.</summary>
internal sealed record HttpAnswer(int Status, string Body, string? RetryAfter)
{
    /// <summary>The beginning of the body on one line, for messages.</summary>
    public string Short => new([.. Body.Take(200).Select(static one => char.IsControl(one) ? ' ' : one)]);
}

/// <summary>Calls APIs and endpoints of targets: no redirects, no proxies, an end to each call and to each answer.</summary>
internal sealed class TargetHttp(TargetOptions options, TimeProvider time) : IDisposable
{
    private const int MostBytes = 8 << 20;

    private readonly HttpClient _http = GuardedHttp.Create(TimeSpan.FromSeconds(10), options.AllowPrivateNetworks, "targets in private networks need Orrery:Delivery:Targets:AllowPrivateNetworks.");

    /// <summary>Calls once; <c>delivery.unreachable</c>.</summary>
    public ValueTask<Result<HttpAnswer>> SendAsync(HttpRequestMessage request, CancellationToken cancel) => SendAsync(_http, request, options, time, cancel);

    /// <summary>Calls once by a client of somebody's own.</summary>
    public static async ValueTask<Result<HttpAnswer>> SendAsync(HttpClient http, HttpRequestMessage request, TargetOptions options, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.ApiTimeoutSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var host = request.RequestUri!.Authority;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(both.Token);
            using var body = new MemoryStream();
            var part = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(part, both.Token)) > 0;)
            {
                if (body.Length + read > MostBytes)
                    return Failure.Unavailable("delivery.unreachable", $"{host} answered more than {MostBytes >> 20} MiB.");
                body.Write(part, 0, read);
            }

            return new HttpAnswer((int)response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), response.Headers.RetryAfter?.ToString());
        }
        catch (HttpRequestException broken)
        {
            return broken.InnerException is RefusedAddressException refused
                ? new Failure(FailureKind.Denied, "delivery.private_network", refused.Message)
                : Failure.Unavailable("delivery.unreachable", $"{host} could not be called: {broken.HttpRequestError}.");
        }
        catch (IOException)
        {
            return Failure.Unavailable("delivery.unreachable", $"The connection to {host} broke off.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("delivery.unreachable", $"{host} did not answer within {options.ApiTimeoutSeconds} s.");
        }
    }

    public void Dispose() => _http.Dispose();
}

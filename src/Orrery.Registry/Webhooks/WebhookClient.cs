using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>What came of one call.</summary>
/// <param name="Status">Of the answer; null when there was none.</param>
/// <param name="Body">Beginning of the answer's text.</param>
/// <param name="Error">Why there was no answer, fit to show to the webhook's owner; null when there was one.</param>
internal sealed record WebhookAnswer(int? Status, string? Body, string? Error)
{
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Another attempt may succeed: no answer, or one that says so.</summary>
    public bool MayRetry => Status is null or 408 or 425 or 429 or >= 500;
}

/// <summary>
/// Calls webhooks as MLflow does: the body signed with HMAC-SHA256, the headers below. The connection goes to an address
/// that was looked at, and to no other; redirects are not followed, proxies and cookies not used.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    public const string SignatureHeader = "X-MLflow-Signature";
    public const string TimestampHeader = "X-MLflow-Timestamp";
    public const string DeliveryHeader = "X-MLflow-Delivery-Id";

    private const int MaxBody = 4096;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookClient(WebhookOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _http = GuardedHttp.Create(options.Timeout, options.AllowPrivateNetworks, "webhooks into private networks need Orrery:Webhooks:AllowPrivateNetworks.");
    }

    /// <summary>The signature of a delivery: <c>v1,</c> and the HMAC-SHA256 of <c>id.timestamp.body</c> in base64.</summary>
    public static string Sign(string secret, string delivery, string timestamp, string body) => "v1," + Convert.ToBase64String(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{delivery}.{timestamp}.{body}")));

    /// <summary>Calls once.</summary>
    /// <param name="url">Has passed <see cref="WebhookRules.CheckUrl"/>.</param>
    /// <param name="secret">In the clear; null to leave the body unsigned.</param>
    /// <param name="delivery">The delivery's id.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancel">Abandons the call.</param>
    public async Task<WebhookAnswer> SendAsync(string url, string? secret, string delivery, string body, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var request = Request(url, secret, delivery, body);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return new((int)response.StatusCode, await ReadAsync(response, both.Token), Error: null);
        }
        catch (HttpRequestException e)
        {
            return new(Status: null, Body: null, Describe(e));
        }
        catch (IOException)
        {
            return new(Status: null, Body: null, "The connection broke off.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(Status: null, Body: null, $"No answer within {_options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s.");
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string url, string? secret, string delivery, string body)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(DeliveryHeader, delivery);
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Orrery-Webhook", "1"));
        if (secret is not null)
            request.Headers.Add(SignatureHeader, Sign(secret, delivery, timestamp, body));
        return request;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[MaxBody];
        var count = await stream.ReadAtLeastAsync(bytes, MaxBody, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes, 0, count).Replace("\0", "", StringComparison.Ordinal);
    }

    private static string Describe(HttpRequestException e) => e.InnerException is RefusedAddressException refused
        ? refused.Message
        : e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "The host's name is not known.",
            HttpRequestError.SecureConnectionError => "The TLS connection was refused: the certificate is not valid for the host, or not trusted.",
            HttpRequestError.ConnectionError => "The host does not take connections on that port.",
            _ => "The host did not answer in HTTP.",
        };
}

using System.Net.Http.Headers;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Sends requests, tries again where that is right, and turns refusals into exceptions.</summary>
internal sealed class Wire : IDisposable
{
    private const string Mlflow = "api/2.0/mlflow/";
    private const string Native = "api/v1/";
    private static readonly MediaTypeHeaderValue Json = new("application/json", "utf-8");

    private readonly HttpClient _http;
    private readonly Uri _root;

    public Wire(Uri root, OrreryClientOptions options)
    {
        _root = root;
        Options = options;
        _http = new HttpClient(options.Handler ?? NewHandler(), disposeHandler: true)
        {
            BaseAddress = root,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = options.Authorization;
        if (options is { Token: null, Username: not null, Code: { Length: > 0 } code })
            _http.DefaultRequestHeaders.Add(OrreryHeaders.Code, code);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"orrery-client/{typeof(Wire).Assembly.GetName().Version?.ToString(3)}");
    }

    public OrreryClientOptions Options { get; }

    public Task<TAnswer> GetMlflowAsync<TAnswer>(string path, CancellationToken cancel) =>
        CallAsync<TAnswer>(HttpMethod.Get, Mlflow + path, null, Repeat.Always, cancel);

    public Task<TAnswer> MlflowAsync<TBody, TAnswer>(
        string path, TBody body, Repeat repeat, CancellationToken cancel, HttpMethod? method = null) =>
        CallAsync<TAnswer>(method ?? HttpMethod.Post, Mlflow + path, Bytes(body), repeat, cancel);

    public async Task MlflowAsync<TBody>(
        string path, TBody body, Repeat repeat, CancellationToken cancel, HttpMethod? method = null) =>
        (await SendAsync(Request(method ?? HttpMethod.Post, Mlflow + path, Bytes(body)), repeat, cancel)).Dispose();

    public Task<TAnswer> GetNativeAsync<TAnswer>(string path, CancellationToken cancel) =>
        CallAsync<TAnswer>(HttpMethod.Get, Native + path, null, Repeat.Always, cancel);

    public Task<TAnswer> NativeAsync<TBody, TAnswer>(
        string path, TBody body, Repeat repeat, CancellationToken cancel, HttpMethod? method = null) =>
        CallAsync<TAnswer>(method ?? HttpMethod.Post, Native + path, Bytes(body), repeat, cancel);

    public Task<TAnswer> NativeAsync<TAnswer>(HttpMethod method, string path, Repeat repeat, CancellationToken cancel) =>
        CallAsync<TAnswer>(method, Native + path, null, repeat, cancel);

    /// <summary>Sends a body to which there is nothing to answer.</summary>
    public async Task NativeAsync<TBody>(string path, TBody body, Repeat repeat, CancellationToken cancel, HttpMethod? method = null) =>
        (await SendAsync(Request(method ?? HttpMethod.Post, Native + path, Bytes(body)), repeat, cancel)).Dispose();

    /// <summary>Sends a body to a path at the server's root, as another product's clients do.</summary>
    public Task<TAnswer> RootAsync<TBody, TAnswer>(string path, TBody body, Repeat repeat, CancellationToken cancel) =>
        CallAsync<TAnswer>(HttpMethod.Post, path, Bytes(body), repeat, cancel);

    /// <summary>Sends a body that may be sent again, since it carries a key by which the server knows it.</summary>
    public async Task<TAnswer> KeyedAsync<TBody, TAnswer>(string path, TBody body, string key, CancellationToken cancel)
    {
        var bytes = Bytes(body);
        using var response = await SendAsync(
            deadline =>
            {
                var request = Request(HttpMethod.Post, Native + path, bytes)(deadline);
                request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            Repeat.Always,
            cancel);
        return await ReadAsync<TAnswer>(response, HttpMethod.Post, Native + path, cancel);
    }

    /// <summary>Sends bytes of any kind.</summary>
    public async Task<TAnswer> NativeAsync<TAnswer>(string path, byte[] body, string contentType, Repeat repeat, CancellationToken cancel)
    {
        using var response = await SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Post, Native + path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new(contentType) } } }, repeat, cancel);
        return await ReadAsync<TAnswer>(response, HttpMethod.Post, Native + path, cancel);
    }

    /// <summary>Reads text of a kind that is asked for.</summary>
    public async Task<string> GetNativeTextAsync(string path, string accept, CancellationToken cancel)
    {
        using var response = await SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, Native + path) { Headers = { Accept = { new(accept) } } }, Repeat.Always, cancel);
        return await response.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>Says that something shall be, in its path alone.</summary>
    public async Task PutNativeAsync(string path, CancellationToken cancel) =>
        (await SendAsync(Request(HttpMethod.Put, Native + path, null), Repeat.Always, cancel)).Dispose();

    public async Task DeleteAsync(string path, CancellationToken cancel) =>
        (await SendAsync(Request(HttpMethod.Delete, path, null), Repeat.IfNotActed, cancel)).Dispose();

    public Task DeleteNativeAsync(string path, CancellationToken cancel) => DeleteAsync(Native + path, cancel);

    public Task DeleteMlflowAsync(string path, CancellationToken cancel) => DeleteAsync(Mlflow + path, cancel);

    public async Task<string> GetTextAsync(string path, CancellationToken cancel)
    {
        using var response = await SendAsync(Request(HttpMethod.Get, path, null), Repeat.Always, cancel);
        return await response.Content.ReadAsStringAsync(cancel);
    }

    public Task<TAnswer> GetAsync<TAnswer>(string path, CancellationToken cancel) =>
        CallAsync<TAnswer>(HttpMethod.Get, path, null, Repeat.Always, cancel);

    public Deadline NewDeadline(CancellationToken cancel) => new(Options.Timeout, Options.Time, cancel);

    public OrreryConnectionException NoAnswer(Exception? inner = null) =>
        new(_root, $"no answer within {Options.Timeout.TotalSeconds:0.#} seconds.", inner);

    public OrreryConnectionException Broken(Exception inner) => new(_root, (inner.InnerException ?? inner).Message, inner);

    /// <summary>Sends until there is a good answer, or none to hope for. The request is made anew for each try.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        Func<Deadline, HttpRequestMessage> newRequest,
        Repeat repeat,
        CancellationToken cancel,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        for (var attempt = 0; ; attempt++)
        {
            var last = attempt >= Options.Retries;
            var wait = Backoff.Delay(attempt);
            using var deadline = NewDeadline(cancel);
            try
            {
                using var request = newRequest(deadline);
                var response = await _http.SendAsync(request, completion, deadline.Token);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                {
                    var asked = Backoff.AskedFor(response.Headers.RetryAfter, Options.Time.GetUtcNow());
                    if (last || asked > Backoff.LongestAskedFor || !Backoff.MayRepeat(response.StatusCode, asked is not null, repeat))
                        throw await Refusal.ReadAsync(response, deadline.Token);
                    wait = asked ?? wait;
                }
            }
            catch (HttpRequestException failed)
            {
                if (last || !Backoff.MayRepeat(failed, repeat))
                    throw Broken(failed);
            }
            catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
            {
                if (last || repeat is not Repeat.Always)
                    throw NoAnswer(late);
            }

            await Task.Delay(wait, Options.Time, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer> CallAsync<TAnswer>(
        HttpMethod method, string path, byte[]? body, Repeat repeat, CancellationToken cancel)
    {
        using var response = await SendAsync(Request(method, path, body), repeat, cancel);
        return await ReadAsync<TAnswer>(response, method, path, cancel);
    }

    private async Task<TAnswer> ReadAsync<TAnswer>(HttpResponseMessage response, HttpMethod method, string path, CancellationToken cancel)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancel);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, OrreryJson.TypeOf<TAnswer>(), cancel)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException invalid)
        {
            throw new OrreryApiException(
                response.StatusCode,
                "unreadable_answer",
                $"{method} {new Uri(_root, path)} answered something that is not a {typeof(TAnswer).Name}: {invalid.Message}",
                requestId: null);
        }
    }

    private static Func<Deadline, HttpRequestMessage> Request(HttpMethod method, string path, byte[]? body) => _ =>
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        return request;
    };

    // Bytes with a length: some servers in front of MLflow do not take chunks.
    private static byte[] Bytes<T>(T body) => JsonSerializer.SerializeToUtf8Bytes(body, OrreryJson.TypeOf<T>());

    private static SocketsHttpHandler NewHandler() => new()
    {
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}

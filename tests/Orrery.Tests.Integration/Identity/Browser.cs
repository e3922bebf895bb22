using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A person's browser: it has cookies of its own, follows redirects, and remembers where they led.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _client;
    private readonly CookieContainer _cookies = new();

    public Browser(ServerProcess server)
        : this(server.BaseAddress)
    {
    }

    public Browser(Uri server)
    {
        Server = server;
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies, UseProxy = false });
    }

    /// <summary>The server it talks to; another one of the same host when it is set.</summary>
    public Uri Server { get; set; }

    /// <summary>Where the provider sent it back to the last time.</summary>
    public Uri? Callback { get; private set; }

    /// <summary>Has a cookie of a session.</summary>
    public bool HasSession => _cookies.GetCookies(Server)["orrery_session"] is not null;

    /// <summary>One page, not following redirects.</summary>
    public async Task<Page> GetAsync(Uri address, CancellationToken cancel, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        using var answer = await _client.SendAsync(request, cancel);
        return new(answer.StatusCode, answer.Headers.Location is { } location ? new Uri(address, location) : null, await answer.Content.ReadAsStringAsync(cancel))
        {
            RawLocation = answer.Headers.Location?.OriginalString,
            Address = address,
        };
    }

    public Task<Page> GetAsync(string path, CancellationToken cancel, string? accept = null) => GetAsync(new Uri(Server, path), cancel, accept);

    /// <summary>From the start to the provider, and not yet back: the address the provider sends the browser to.</summary>
    public async Task<Uri> ToCallbackAsync(CancellationToken cancel, string start = "sso/start")
    {
        var away = await GetAsync(start, cancel);
        if (away.Location is null)
            throw new InvalidOperationException($"The start answered {away.Status}: {away.Body}");
        var back = await GetAsync(away.Location, cancel);
        return back.Location ?? throw new InvalidOperationException($"The provider answered {back.Status}: {back.Body}");
    }

    /// <summary>Signs in at the provider: all the way to the page that the callback answers with.</summary>
    public async Task<Page> SignInAsync(CancellationToken cancel, string start = "sso/start", string? accept = null)
    {
        Callback = await ToCallbackAsync(cancel, start);
        return await GetAsync(Callback, cancel, accept);
    }

    /// <summary>Signs in, which must succeed.</summary>
    public async Task EnterAsync(CancellationToken cancel)
    {
        var page = await SignInAsync(cancel);
        Assert.True(page.Status is HttpStatusCode.Redirect, $"{page.Status} {page.Body}");
    }

    /// <summary>What the session is: <c>GET /api/v1/me</c>; null without one.</summary>
    public async Task<JsonNode?> MeAsync(CancellationToken cancel)
    {
        var page = await GetAsync("api/v1/me", cancel);
        return page.Status is HttpStatusCode.OK ? JsonNode.Parse(page.Body) : null;
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What a browser was answered.</summary>
internal sealed record Page(HttpStatusCode Status, Uri? Location, string Body)
{
    public required Uri Address { get; init; }

    /// <summary>As it was sent.</summary>
    public string? RawLocation { get; init; }

    /// <summary>Code of the refusal.</summary>
    public string? Code => Body.StartsWith('{') && JsonDocument.Parse(Body).RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>What the refusal says.</summary>
    public string Detail => JsonDocument.Parse(Body).RootElement.GetProperty("detail").GetString()!;
}

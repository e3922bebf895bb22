using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Endpoints of people, groups, service accounts and oneself that no client calls, and their listings.</summary>
public sealed class IdentityEndpointTests(OneServer one) : IClassFixture<OneServer>, IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private const string Other = "window-kettle-31";
    private readonly ServerProcess _server = one.Process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (one.IsFirst())
            await SendAsync("POST", "admin/init", $$"""{"name":"root","password":"{{Good}}"}""");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("groups", "grp_", """{"name":"NAME","display_name":"d"}""")]
    [InlineData("service-accounts", "svc_", """{"name":"NAME","workspace":"of-service-accounts"}""")]
    [InlineData("people", "usr_", """{"name":"NAME"}""")]
    public async Task Each_kind_is_made_read_listed_page_by_page_disabled_and_deleted(string path, string prefix, string body)
    {
        await OkAsync("POST", "workspaces", $$"""{"name":"of-{{path}}"}""");
        // Names are taken once, whatever the kind.
        var own = prefix[..3] + ".";
        var ids = new Dictionary<string, string>();
        foreach (var name in (string[])["cleo", "abel", "bob"])
        {
            using var made = await OkAsync("POST", path, body.Replace("NAME", own + name, StringComparison.Ordinal));
            ids[name] = Text(made, "principal_id");
            Assert.StartsWith(prefix, ids[name], StringComparison.Ordinal);
        }

        using (var one = await OkAsync("GET", $"{path}/{ids["bob"]}"))
            Assert.Equal((own + "bob", "active", "root"), (Text(one, "name"), Text(one, "state"), Text(one, "created_by")));
        var names = new List<string>();
        for (var token = ""; token is not null;)
        {
            using var page = await OkAsync("GET", $"{path}?limit=2&page_token={token}");
            names.AddRange(page.RootElement.GetProperty("principals").EnumerateArray().Select(static row => row.GetProperty("name").GetString()!));
            token = page.RootElement.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }

        Assert.Equal([own + "abel", own + "bob", own + "cleo"], names.Where(name => name.StartsWith(own, StringComparison.Ordinal)));
        using (var disabled = await OkAsync("PUT", $"{path}/{ids["bob"]}/state", """{"state":"disabled"}"""))
            Assert.Equal("disabled", Text(disabled, "state"));
        Assert.Equal((HttpStatusCode.BadRequest, "tenancy.invalid_state"), await RefusedAsync("PUT", $"{path}/{ids["bob"]}/state", """{"state":"asleep"}"""));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"{path}/{ids["bob"]}")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "tenancy.principal_not_found"), await RefusedAsync("GET", $"{path}/{ids["bob"]}"));
    }

    [Fact]
    public async Task One_kind_is_not_found_among_another()
    {
        using var group = await OkAsync("POST", "groups", """{"name":"team"}""");
        foreach (var (method, path, body) in new[]
        {
            ("GET", "people/ID", null),
            ("GET", "service-accounts/ID", null),
            ("PUT", "people/ID/state", """{"state":"disabled"}"""),
            ("PUT", "people/ID/password", $$"""{"password":"{{Other}}"}"""),
            ("DELETE", "service-accounts/ID", null),
            ("DELETE", "people/ID/second-factor", null),
            ("POST", "service-accounts/ID/tokens", """{"name":"t"}"""),
        })
        {
            var refused = await RefusedAsync(method, path.Replace("ID", Text(group, "principal_id"), StringComparison.Ordinal), body);
            Assert.Equal((HttpStatusCode.NotFound, "tenancy.principal_not_found"), refused);
        }
    }

    [Fact]
    public async Task Listings_refuse_limits_and_tokens_that_are_none()
    {
        foreach (var (path, limitCode, tokenCode) in new[]
        {
            ("groups", "tenancy.invalid_limit", "tenancy.invalid_page_token"),
            ("people", "tenancy.invalid_limit", "tenancy.invalid_page_token"),
            ("service-accounts", "tenancy.invalid_limit", "tenancy.invalid_page_token"),
            ("tokens", "tenancy.invalid_limit", "tenancy.invalid_page_token"),
            ("workspaces", "tenancy.invalid_limit", "tenancy.invalid_token"),
            ("grants", "tenancy.invalid_limit", "tenancy.invalid_token"),
            ("platform/grants", "tenancy.invalid_limit", "tenancy.invalid_token"),
            ("jobs", "jobs.invalid_limit", null),
            ("audit/entries", "audit.invalid_limit", null),
            ("audit/checkpoints", "audit.invalid_limit", null),
        })
        {
            foreach (var limit in (int[])[0, -1, 1001])
                Assert.Equal((path, HttpStatusCode.BadRequest, limitCode), Of(path, await RefusedAsync("GET", $"{path}?limit={limit}")));
            using (await OkAsync("GET", path + "?limit=1000"))
            {
            }

            if (tokenCode is not null)
                Assert.Equal((path, HttpStatusCode.BadRequest, tokenCode), Of(path, await RefusedAsync("GET", path + "?page_token=WzFd")));
        }

        static (string, HttpStatusCode, string?) Of(string path, (HttpStatusCode Status, string? Code) refused) => (path, refused.Status, refused.Code);
    }

    [Fact]
    public async Task Ones_own_password_is_changed_with_the_present_one_and_ends_sessions()
    {
        using var person = await OkAsync("POST", "people", $$"""{"name":"eva","password":"{{Good}}"}""");
        using var session = await SignInAsync("eva", Good);
        var cookie = session.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await MeAsync(cookie));

        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.wrong_password"), await RefusedAsync("PUT", "me/password", $$"""{"password":"{{Other}}"}""", "eva"));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "tenancy.wrong_password"), await RefusedAsync("PUT", "me/password", $$"""{"password":"{{Other}}","current":"no"}""", "eva"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "tenancy.weak_password"), await RefusedAsync("PUT", "me/password", $$"""{"password":"eva","current":"{{Good}}"}""", "eva"));
        Assert.Equal(HttpStatusCode.OK, await MeAsync(cookie));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("PUT", "me/password", $$"""{"password":"{{Other}}","current":"{{Good}}"}""", "eva")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(cookie));
        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.wrong_password"), await RefusedAsync("GET", "me", name: "eva"));
    }

    [Fact]
    public async Task A_browser_signs_in_and_out_with_a_cookie()
    {
        using var person = await OkAsync("POST", "people", $$"""{"name":"fay","password":"{{Good}}"}""");
        using var wrong = await SignInAsync("fay", "not-the-password");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);

        using var signedIn = await SignInAsync("fay", Good);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var body = JsonDocument.Parse(await signedIn.Content.ReadAsStringAsync(Cancel));
        var csrf = Text(body, "csrf_token");

        Assert.Equal(HttpStatusCode.OK, await MeAsync(cookie));
        Assert.Equal(HttpStatusCode.Forbidden, await WithCookieAsync(HttpMethod.Delete, "session", cookie));
        Assert.Equal(HttpStatusCode.NoContent, await WithCookieAsync(HttpMethod.Delete, "session", cookie, csrf));
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(cookie));
    }

    private static string Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString()!;

    private static StringContent Json(string body) => new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private Task<HttpResponseMessage> SignInAsync(string name, string password) =>
        _server.Client.PostAsync(new Uri("api/v1/session", UriKind.Relative), Json($$"""{"name":"{{name}}","password":"{{password}}"}"""), Cancel);

    private Task<HttpStatusCode> MeAsync(string cookie) => WithCookieAsync(HttpMethod.Get, "me", cookie);

    private async Task<HttpStatusCode> WithCookieAsync(HttpMethod method, string path, string cookie, string? csrf = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative));
        request.Headers.Add("Cookie", cookie);
        if (csrf is not null)
            request.Headers.Add("X-Orrery-CSRF", csrf);
        using var answer = await _server.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private async Task<JsonDocument> OkAsync(string method, string path, string? body = null)
    {
        var (status, text) = await SendAsync(method, path, body);
        Assert.True(status is HttpStatusCode.OK, $"{method} {path}: {(int)status} {text}");
        return JsonDocument.Parse(text);
    }

    private async Task<(HttpStatusCode Status, string? Code)> RefusedAsync(string method, string path, string? body = null, string name = "root")
    {
        var (status, text) = await SendAsync(method, path, body, name);
        using var problem = JsonDocument.Parse(text);
        return (status, problem.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(string method, string path, string? body = null, string name = "root")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("api/v1/" + path, UriKind.Relative));
        if (path != "admin/init")
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Good}")));
        request.Content = body is null ? null : Json(body);
        using var answer = await _server.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The second factor over the wire: enrolment, sign-in of a browser, and a workspace that asks for it.</summary>
public sealed class SecondFactorServerTests(OneServer one) : IClassFixture<OneServer>, IAsyncLifetime
{
    private const string Password = "plum-tractor-97";
    private readonly ServerProcess _server = one.Process;
    private OrreryClient _root = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _root = Client("root");
        if (!one.IsFirst())
            return;
        using (var nobody = new OrreryClient(_server.BaseAddress))
            await nobody.Identity.InitAdminAsync(new() { Name = "root", Password = Password }, Cancel);
        await _root.Access.CreateWorkspaceAsync(new() { Name = "red" }, Cancel);
        using var red = Client("root", workspace: "red");
        // One for each test, while a password is enough in red.
        foreach (var name in (string[])["ada", "bea", "cid"])
        {
            await _root.Identity.CreatePersonAsync(new() { Name = name, Password = Password }, Cancel);
            await red.Access.GrantAsync(new() { Subject = name, Role = "data-scientist" }, everywhere: false, Cancel);
        }

        await red.Access.UpdateWorkspaceAsync(new() { NeedsSecondFactor = true }, Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _root.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_workspace_that_asks_for_a_second_factor_lets_in_who_showed_it()
    {
        using var ada = Client("ada");
        var plain = await ada.Identity.CreateTokenAsync(new() { Name = "before" }, Cancel);
        var begun = await ada.Identity.BeginSecondFactorAsync(new() { Password = Password }, Cancel);
        Assert.Equal("tenancy.second_factor_required", await RedAsync(Client("ada", workspace: "red")));
        Assert.Equal("tenancy.second_factor_required", await RedAsync(Client("ada", workspace: "red", token: plain.Secret)));

        var device = new Authenticator(begun.Secret);
        var codes = await ada.Identity.ConfirmSecondFactorAsync(new() { Code = device.CodeAt(TimeProvider.System.GetUtcNow()) }, Cancel);

        Assert.Equal(10, codes.Codes.Count);
        Assert.Equal("tenancy.second_factor_needed", await RedAsync(Client("ada", workspace: "red")));
        Assert.Equal("tenancy.wrong_code", await RedAsync(Client("ada", workspace: "red", code: "aaaa-aaaa-aaaa-aaaa")));
        Assert.Null(await RedAsync(Client("ada", workspace: "red", code: codes.Codes[0])));
        Assert.Equal("tenancy.second_factor_required", await RedAsync(Client("ada", workspace: "red", token: plain.Secret)));
        using (var limited = Client("ada", token: plain.Secret))
        {
            var refused = await Assert.ThrowsAsync<OrreryApiException>(() => limited.Identity.CreateTokenAsync(new() { Name = "more" }, Cancel));
            Assert.Equal(("tenancy.second_factor_required", HttpStatusCode.Forbidden), (refused.ErrorCode, refused.Status));
        }

        using var proved = Client("ada", code: codes.Codes[1]);
        var strong = await proved.Identity.CreateTokenAsync(new() { Name = "after" }, Cancel);
        Assert.Null(await RedAsync(Client("ada", workspace: "red", token: strong.Secret)));

        // A program's token has the factor of who made it: here a password alone.
        Assert.Equal("tenancy.second_factor_required", await RedAsync(Client("root", workspace: "red", token: await ServiceTokenAsync())));
    }

    [Fact]
    public async Task A_browser_signs_in_with_a_code_and_changes_its_factor_with_another()
    {
        using var bea = Client("bea");
        var secret = (await bea.Identity.BeginSecondFactorAsync(new() { Password = Password }, Cancel)).Secret;
        using (var first = await SignInAsync(code: null))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var codes = (await bea.Identity.ConfirmSecondFactorAsync(new() { Code = new Authenticator(secret).CodeAt(TimeProvider.System.GetUtcNow()) }, Cancel)).Codes;

        using (var without = await SignInAsync(code: null))
            Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.second_factor_needed"), (without.StatusCode, await CodeAsync(without)));
        using (var wrong = await SignInAsync("000 000"))
            Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.wrong_code"), (wrong.StatusCode, await CodeAsync(wrong)));
        using var signedIn = await SignInAsync(codes[0]);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var session = JsonDocument.Parse(await signedIn.Content.ReadAsStringAsync(Cancel));
        var csrf = session.RootElement.GetProperty("csrf_token").GetString()!;

        using (var me = await SendAsync(HttpMethod.Get, "api/v1/me", cookie, csrf))
            Assert.Contains("\"second_factor\":true", await me.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using (var inRed = await SendAsync(HttpMethod.Get, "w/red/api/v1/workspace", cookie, csrf))
            Assert.Equal(HttpStatusCode.OK, inRed.StatusCode);
        using (var status = await SendAsync(HttpMethod.Get, "api/v1/me/second-factor", cookie, csrf))
            Assert.Contains("\"recovery_codes_left\":9", await status.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using (var wrongPassword = await SendAsync(HttpMethod.Delete, "api/v1/me/second-factor", cookie, csrf, $$"""{"password":"x","code":"{{codes[1]}}"}"""))
            Assert.Equal("tenancy.wrong_password", await CodeAsync(wrongPassword));
        using (var removed = await SendAsync(HttpMethod.Delete, "api/v1/me/second-factor", cookie, csrf, $$"""{"password":"{{Password}}","code":"{{codes[1]}}"}"""))
            Assert.Contains("\"enabled\":false", await removed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using (var inRed = await SendAsync(HttpMethod.Get, "w/red/api/v1/workspace", cookie, csrf))
            Assert.Equal("tenancy.second_factor_required", await CodeAsync(inRed));
        using var plain = await SignInAsync(code: null);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
    }

    [Fact]
    public async Task An_administrator_removes_a_lost_factor_and_the_trail_says_so()
    {
        using var cid = Client("cid");
        var me = await cid.Identity.GetMeAsync(Cancel);
        var secret = (await cid.Identity.BeginSecondFactorAsync(new() { Password = Password }, Cancel)).Secret;
        await cid.Identity.ConfirmSecondFactorAsync(new() { Code = new Authenticator(secret).CodeAt(TimeProvider.System.GetUtcNow()) }, Cancel);
        Assert.Equal("tenancy.second_factor_needed", (await Assert.ThrowsAsync<OrreryApiException>(() => cid.Identity.GetMeAsync(Cancel))).ErrorCode);

        await _root.Identity.RemoveSecondFactorOfAsync(me.PrincipalId, Cancel);

        Assert.False((await cid.Identity.GetSecondFactorAsync(Cancel)).Enabled);
        var again = await Assert.ThrowsAsync<OrreryApiException>(() => _root.Identity.RemoveSecondFactorOfAsync(me.PrincipalId, Cancel));
        Assert.Equal(("tenancy.no_second_factor", HttpStatusCode.NotFound), (again.ErrorCode, again.Status));
    }

    private async Task<string> ServiceTokenAsync()
    {
        var robot = await _root.Identity.CreateServiceAccountAsync(new() { Name = "robot", Workspace = "red" }, Cancel);
        using var red = Client("root", workspace: "red", token: await StrongRootAsync());
        await red.Access.GrantAsync(new() { Subject = "robot", Role = "viewer" }, everywhere: false, Cancel);
        return (await _root.Identity.CreateTokenAsync(robot.PrincipalId, new() { Name = "t" }, Cancel)).Secret;
    }

    // Root shows a second factor once, to act in red; and gives it up, so that a password is enough for the rest.
    private async Task<string> StrongRootAsync()
    {
        var secret = (await _root.Identity.BeginSecondFactorAsync(new() { Password = Password }, Cancel)).Secret;
        var codes = (await _root.Identity.ConfirmSecondFactorAsync(new() { Code = new Authenticator(secret).CodeAt(TimeProvider.System.GetUtcNow()) }, Cancel)).Codes;
        using var proved = Client("root", code: codes[0]);
        var token = (await proved.Identity.CreateTokenAsync(new() { Name = "strong" }, Cancel)).Secret;
        using var strong = Client("root", token: token);
        await strong.Identity.RemoveSecondFactorAsync(new() { Password = Password, Code = codes[1] }, Cancel);
        return token;
    }

    private static async Task<string?> RedAsync(OrreryClient client)
    {
        using (client)
        {
            try
            {
                await client.Access.GetWorkspaceAsync(Cancel);
                return null;
            }
            catch (OrreryApiException refused)
            {
                return refused.ErrorCode;
            }
        }
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
    }

    private OrreryClient Client(string name, string? workspace = null, string? token = null, string? code = null) =>
        new(_server.BaseAddress, new() { Workspace = workspace, Token = token, Username = name, Password = Password, Code = code });

    private Task<HttpResponseMessage> SignInAsync(string? code) => SendAsync(
        HttpMethod.Post, "api/v1/session", cookie: null, csrf: null, JsonSerializer.Serialize(new { name = "bea", password = Password, code }));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie, string? csrf, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (csrf is not null)
            request.Headers.Add("X-Orrery-CSRF", csrf);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await _server.Client.SendAsync(request, Cancel);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Single sign-on when things are not as they should be, and on several servers.</summary>
public sealed class SingleSignOnBadDayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_provider_sessions_go_on_and_new_sign_ins_are_told_so()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await provider.KillAsync();
        // A provider that is away does not stop the start.
        await using var server = await ServerProcess.StartAsync(provider.Flags, cancel: Cancel);
        await SsoServer.InitAdminAsync(server);
        using var early = new Browser(server);
        var away = await early.GetAsync("sso/start", Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenancy.sso_provider_away"), (away.Status, away.Code));
        Assert.Contains($"{provider.Issuer} does not answer", away.Detail, StringComparison.Ordinal);

        await provider.StartAgainAsync(Cancel);
        await provider.BehaveAsync(OidcProviderProcess.Person("ada"), Cancel);
        await Eventually.HoldsAsync("the provider is taken up again", async () => (await early.GetAsync("sso/start", Cancel)).Status is HttpStatusCode.Redirect);
        using var ada = new Browser(server);
        await ada.EnterAsync(Cancel);
        using var underWay = new Browser(server);
        var callback = await underWay.ToCallbackAsync(Cancel);
        await provider.KillAsync();

        Assert.NotNull(await ada.MeAsync(Cancel));
        var refused = await underWay.GetAsync(callback, Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenancy.sso_provider_away"), (refused.Status, refused.Code));
        await server.RestartAsync(Cancel);
        Assert.NotNull(await ada.MeAsync(Cancel));
        Assert.Equal("tenancy.sso_provider_away", (await underWay.GetAsync("sso/start", Cancel)).Code);
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_do_not_become_calls_of_the_provider()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await using var server = await ServerProcess.StartAsync([.. provider.Flags, "--Orrery:Identity:SingleSignOn:KeyRefreshInterval", "1h"], cancel: Cancel);
        await SsoServer.InitAdminAsync(server);
        await provider.BehaveAsync(OidcProviderProcess.Person("eve"), Cancel, fault: "unpublished-key");
        using var browser = new Browser(server);

        for (var i = 0; i < 5; i++)
            Assert.Equal("tenancy.sso_invalid_token", (await browser.SignInAsync(Cancel)).Code);

        // At the first sign-in, and once because of the unknown key.
        Assert.Equal(2, await provider.CallsAsync("jwks", Cancel));
    }

    [Fact]
    public async Task A_provider_of_another_name_is_not_asked_to_sign_anybody_in()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await provider.BehaveAsync(null, Cancel, callsItself: "https://elsewhere.example");
        await using var server = await ServerProcess.StartAsync(provider.Flags, cancel: Cancel);
        await SsoServer.InitAdminAsync(server);
        using var browser = new Browser(server);

        var refused = await browser.GetAsync("sso/start", Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenancy.sso_provider_wrong"), (refused.Status, refused.Code));
        Assert.Contains("https://elsewhere.example", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_that_began_on_one_server_ends_on_another()
    {
        await using var database = new PostgresDatabase();
        await database.InitializeAsync();
        var key = Path.Combine(database.DataDir, "shared.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]), Cancel);
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await provider.BehaveAsync(OidcProviderProcess.Person("ada", "red"), Cancel);
        // What a load balancer in front of both is called.
        string[] flags =
        [
            "--database", database.Options.ConnectionString!, "--Orrery:Secrets:KeyFile", key,
            "--Orrery:Identity:SingleSignOn:PublicUrl", "http://127.0.0.1:1", .. provider.Flags,
        ];
        await using var one = await ServerProcess.StartAsync(flags, cancel: Cancel);
        await using var other = await ServerProcess.StartAsync(flags, cancel: Cancel);
        await SsoServer.InitAdminAsync(one);
        await Eventually.HoldsAsync("the other server knows that identity is on", async () =>
        {
            using var answer = await other.Client.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancel);
            return answer.StatusCode is HttpStatusCode.Unauthorized;
        });
        var group = (string?)(await SsoServer.AsRootAsync(one, HttpMethod.Post, "api/v1/groups", new { name = "reds", external_name = "red" }))!["principal_id"];
        using var browser = new Browser(one);
        var callback = await browser.ToCallbackAsync(Cancel, "sso/start?return_to=%2Fmodels");
        Assert.Equal("127.0.0.1:1", callback.Authority);

        var back = await browser.GetAsync(new Uri(other.BaseAddress, callback.PathAndQuery), Cancel);

        Assert.True(back.Status is HttpStatusCode.Redirect, back.Body);
        Assert.Equal("/models", back.RawLocation);
        foreach (var server in new[] { one, other })
        {
            browser.Server = server.BaseAddress;
            var me = (await browser.MeAsync(Cancel))!;
            Assert.Equal(("ada", group), ((string?)me["name"], (string?)me["groups"]?[0]));
        }

        // The first sign-ins of one person, several at once: one of them makes her.
        await provider.BehaveAsync(OidcProviderProcess.Person("grace", "red"), Cancel);
        var browsers = Enumerable.Range(0, 6).Select(i => new Browser(i % 2 == 0 ? one : other)).ToList();
        var callbacks = await Task.WhenAll(browsers.Select(static each => each.ToCallbackAsync(Cancel)));
        var pages = await Task.WhenAll(browsers.Zip(callbacks, static (each, to) => each.GetAsync(new Uri(each.Server, to.PathAndQuery), Cancel)));
        Assert.All(pages, static page => Assert.True(page.Status is HttpStatusCode.Redirect, page.Body));
        var ids = await Task.WhenAll(browsers.Select(static async each => (string?)(await each.MeAsync(Cancel))!["principal_id"]));
        Assert.Single(ids.Distinct());
        browsers.ForEach(static each => each.Dispose());

        await provider.BehaveAsync(OidcProviderProcess.Person("ada"), Cancel);
        callback = await browser.ToCallbackAsync(Cancel);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri(one.BaseAddress, callback.PathAndQuery), Cancel)).Status);
        Assert.Null((await browser.MeAsync(Cancel))!["groups"]);
    }

    [Fact]
    public async Task Every_sign_in_change_and_refusal_is_in_the_trail_without_names()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await using var server = await ServerInProcess.StartAsync([.. provider.Flags]);
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.PostAsJsonAsync(new Uri("api/v1/admin/init", UriKind.Relative), new { name = "root", password = "plum-tractor-97" }, Cancel)).EnsureSuccessStatusCode();
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("root:plum-tractor-97")));
        (await http.PostAsJsonAsync(new Uri("api/v1/groups", UriKind.Relative), new { name = "reds", external_name = "red" }, Cancel)).EnsureSuccessStatusCode();
        using var browser = new Browser(server.Address);
        async Task<List<string>> NewAsync(string? fault, params string[] groups)
        {
            var before = await AuditedActs.ReadAsync(server.Services, Cancel);
            await provider.BehaveAsync(OidcProviderProcess.Person("ada", groups), Cancel, fault);
            await browser.SignInAsync(Cancel);
            var after = await AuditedActs.ReadAsync(server.Services, Cancel);
            Assert.DoesNotContain(after, static act => act.Id.Contains("ada", StringComparison.Ordinal));
            return [.. after.Where(act => !before.Remove(act)).Select(static act => act.Action).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(["group.add-member", "principal.create", "session.begin", "session.sign-in"], await NewAsync(null, "red"));
        Assert.Equal(["session.begin", "session.sign-in"], await NewAsync(null, "red"));
        Assert.Equal(["group.remove-member", "session.begin", "session.sign-in"], await NewAsync(null));
        Assert.Equal(["session.sign-in"], await NewAsync("forged"));
    }

    [Fact]
    public async Task The_last_administrator_is_not_lost_to_the_providers_groups()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        await using var server = await ServerProcess.StartAsync(provider.Flags, cancel: Cancel);
        await SsoServer.InitAdminAsync(server);
        var group = (string)(await SsoServer.AsRootAsync(server, HttpMethod.Post, "api/v1/groups", new { name = "admins", external_name = "admins" }))!["principal_id"]!;
        await SsoServer.AsRootAsync(server, HttpMethod.Post, "api/v1/platform/grants", new { subject = "admins", role = "platform-admin" });
        await provider.BehaveAsync(OidcProviderProcess.Person("ada", "admins"), Cancel);
        using var ada = new Browser(server);
        await ada.EnterAsync(Cancel);
        var people = await SsoServer.AsRootAsync(server, HttpMethod.Get, "api/v1/people");
        var root = people!["principals"]!.AsArray().Single(static one => (string?)one!["name"] == "root")!;
        await SsoServer.AsRootAsync(server, HttpMethod.Put, $"api/v1/people/{root["principal_id"]}/state", new { state = "disabled" });
        await provider.BehaveAsync(OidcProviderProcess.Person("ada"), Cancel);

        await ada.EnterAsync(Cancel);

        Assert.Equal([group], (await ada.MeAsync(Cancel))!["groups"]!.AsArray().Select(static one => (string?)one));
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("api/v1/people", Cancel)).Status);
    }

    [Fact]
    public async Task Only_people_of_the_allowed_groups_get_in_and_guessers_are_slowed_down()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancel);
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, OidcProviderProcess.ClientSecret + "\n", Cancel);
        var flags = provider.Flags.ToList();
        flags[flags.IndexOf("--Orrery:Identity:SingleSignOn:ClientSecret")] += "File";
        flags[flags.IndexOf(OidcProviderProcess.ClientSecret)] = secret;
        flags[flags.IndexOf("--Orrery:Identity:FailureBurst") + 1] = "5";
        await using var server = await ServerProcess.StartAsync([.. flags, "--Orrery:Identity:SingleSignOn:AllowedGroups", "staff;guests"], cancel: Cancel);
        File.Delete(secret);
        await SsoServer.InitAdminAsync(server);
        using var browser = new Browser(server);
        await provider.BehaveAsync(OidcProviderProcess.Person("ada", "others"), Cancel);
        var refused = await browser.SignInAsync(Cancel);
        Assert.Equal((HttpStatusCode.Forbidden, "tenancy.sso_not_allowed"), (refused.Status, refused.Code));
        await provider.BehaveAsync(OidcProviderProcess.Person("ada", "guests"), Cancel);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(Cancel)).Status);

        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("sso/callback?state=guess&code=guess", Cancel)).Status);

        Assert.Equal((HttpStatusCode.TooManyRequests, "tenancy.too_many_failures"), await CodeAsync(browser));
    }

    [Fact]
    public async Task Without_settings_single_sign_on_is_off()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        using var browser = new Browser(server);

        Assert.Equal("""{"enabled":false}""", (await browser.GetAsync("api/v1/session/sso", Cancel)).Body);
        Assert.Equal((HttpStatusCode.NotFound, "tenancy.sso_off"), ((await browser.GetAsync("sso/start", Cancel)).Status, (await browser.GetAsync("sso/callback?code=x&state=y", Cancel)).Code));
    }

    [Fact]
    public async Task Settings_that_cannot_work_are_all_told_at_once()
    {
        var data = Directory.CreateTempSubdirectory("orrery-sso-");
        try
        {
            var (code, _, errors) = await ServerProcess.RunToEndAsync(
                [
                    "--data-dir", data.FullName,
                    "--Orrery:Identity:SingleSignOn:Issuer", "http://login.example.com",
                    "--Orrery:Identity:SingleSignOn:AllowInsecureHttp", "true",
                    "--Orrery:Identity:SingleSignOn:Scopes", "profile",
                    "--Orrery:Identity:SingleSignOn:PublicUrl", "https://mlops.example.com/orrery",
                    "--Orrery:Identity:SingleSignOn:ClockSkew", "1h",
                ],
                cancel: Cancel);

            Assert.Equal(78, code);
            foreach (var key in new[] { "Issuer", "ClientId", "ClientSecret", "Scopes", "PublicUrl", "ClockSkew" })
                Assert.Contains("Orrery:Identity:SingleSignOn:" + key, errors, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(HttpStatusCode, string?)> CodeAsync(Browser browser)
    {
        var page = await browser.GetAsync("sso/callback?state=guess&code=guess", Cancel);
        return (page.Status, page.Code);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Signing in at an identity provider: a real server, a real provider with tokens it signs, and a browser between them.</summary>
public sealed class SingleSignOnTests(SsoServer sso) : IClassFixture<SsoServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anybody_may_ask_where_sign_in_begins()
    {
        using var browser = new Browser(sso.Server);

        var status = JsonNode.Parse((await browser.GetAsync("api/v1/session/sso", Cancel)).Body)!;

        Assert.Equal((true, "Single sign-on", "/sso/start"), ((bool)status["enabled"]!, (string?)status["display_name"], (string?)status["start_path"]));
    }

    [Fact]
    public async Task A_person_is_made_at_the_first_sign_in_and_known_at_the_next_whatever_they_are_called_then()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("Ada"), Cancel);
        using var browser = new Browser(sso.Server);
        Assert.Null(await browser.MeAsync(Cancel));

        var back = await browser.SignInAsync(Cancel, "sso/start?return_to=%2Fexperiments%2F7%3Fx%3D1");

        Assert.Equal((HttpStatusCode.Redirect, "/experiments/7?x=1"), (back.Status, back.RawLocation));
        var me = (await browser.MeAsync(Cancel))!;
        Assert.Equal(("ada", "session", false), ((string?)me["name"], (string?)me["method"], (bool)me["second_factor"]!));
        Assert.StartsWith("usr_", (string?)me["principal_id"], StringComparison.Ordinal);

        // The same subject under another name, in another browser.
        var renamed = OidcProviderProcess.Person("Ada");
        renamed["preferred_username"] = "countess";
        renamed["amr"] = new JsonArray("pwd", "otp");
        await sso.Provider.BehaveAsync(renamed, Cancel);
        using var other = new Browser(sso.Server);
        await other.EnterAsync(Cancel);
        var again = (await other.MeAsync(Cancel))!;
        Assert.Equal(((string?)me["principal_id"], "ada", true), ((string?)again["principal_id"], (string?)again["name"], (bool)again["second_factor"]!));
        Assert.NotNull(await browser.MeAsync(Cancel));
    }

    [Fact]
    public async Task A_session_that_began_at_the_provider_ends_like_any_other()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("grace"), Cancel);
        using var browser = new Browser(sso.Server);
        await browser.EnterAsync(Cancel);
        var id = (string)(await browser.MeAsync(Cancel))!["principal_id"]!;

        await sso.AsRootAsync(HttpMethod.Put, $"api/v1/people/{id}/state", new { state = "disabled" });

        Assert.Null(await browser.MeAsync(Cancel));
        var refused = await browser.SignInAsync(Cancel);
        Assert.Equal((HttpStatusCode.Forbidden, "tenancy.person_disabled"), (refused.Status, refused.Code));
        Assert.Null(await browser.MeAsync(Cancel));
        await sso.AsRootAsync(HttpMethod.Put, $"api/v1/people/{id}/state", new { state = "active" });
        await browser.EnterAsync(Cancel);
        Assert.NotNull(await browser.MeAsync(Cancel));
    }

    [Fact]
    public async Task The_providers_groups_give_roles_and_take_them_back_at_the_next_sign_in()
    {
        await sso.AsRootAsync(HttpMethod.Post, "api/v1/workspaces", new { name = "red" });
        var mapped = await GroupAsync("red-people", "acme/red team");
        var byHand = await GroupAsync("book-club", null);
        await sso.AsRootAsync(HttpMethod.Post, "w/red/api/v1/grants", new { subject = "red-people", role = "viewer" });
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("joan", "acme/red team", "unheard-of"), Cancel);
        using var browser = new Browser(sso.Server);
        await browser.EnterAsync(Cancel);
        var id = (string)(await browser.MeAsync(Cancel))!["principal_id"]!;
        await sso.AsRootAsync(HttpMethod.Put, $"api/v1/groups/{byHand}/members/{id}");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("w/red/api/v1/quotas", Cancel)).Status);
        Assert.Equal(new[] { mapped, byHand }.Order(StringComparer.Ordinal), await GroupsOfAsync(browser));

        // Somebody else's sign-in changes nothing for her; her own next one does, in each of her browsers.
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("hedy"), Cancel);
        using var hedy = new Browser(sso.Server);
        await hedy.EnterAsync(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await hedy.GetAsync("w/red/api/v1/quotas", Cancel)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("w/red/api/v1/quotas", Cancel)).Status);
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("joan", "unheard-of"), Cancel);
        using var elsewhere = new Browser(sso.Server);
        await elsewhere.EnterAsync(Cancel);

        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync("w/red/api/v1/quotas", Cancel)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("w/red/api/v1/quotas", Cancel)).Status);
        Assert.Equal([byHand], await GroupsOfAsync(browser));
    }

    [Fact]
    public async Task A_group_that_is_mapped_otherwise_loses_whom_the_provider_put_into_it()
    {
        var group = await GroupAsync("blue-people", "blue");
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("mary", "blue", "green"), Cancel);
        using var browser = new Browser(sso.Server);
        await browser.EnterAsync(Cancel);
        Assert.Equal([group], await GroupsOfAsync(browser));

        var changed = await sso.AsRootAsync(HttpMethod.Put, $"api/v1/groups/{group}/external-name", new { external_name = "green" });

        Assert.Equal("green", (string?)changed!["external_name"]);
        Assert.Empty(await GroupsOfAsync(browser));
        await browser.EnterAsync(Cancel);
        Assert.Equal([group], await GroupsOfAsync(browser));
    }

    [Fact]
    public async Task New_keys_of_the_provider_are_taken_up_without_a_restart()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("rosalind"), Cancel);
        using var before = new Browser(sso.Server);
        await before.EnterAsync(Cancel);
        Assert.NotNull(await before.MeAsync(Cancel));

        foreach (var elliptic in new[] { true, false })
        {
            await sso.Provider.RotateAsync(elliptic, Cancel);
            // Looks because of unknown keys are a second apart.
            await Task.Delay(TimeSpan.FromSeconds(1.1), Cancel);
            using var after = new Browser(sso.Server);
            var back = await after.SignInAsync(Cancel);
            Assert.True(back.Status is HttpStatusCode.Redirect, back.Body);
            Assert.NotNull(await after.MeAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_local_person_of_the_same_name_is_not_taken_over_until_an_administrator_links_them()
    {
        var local = await sso.AsRootAsync(HttpMethod.Post, "api/v1/people", new { name = "alan", email = "alan@example.org" });
        var id = (string)local!["principal_id"]!;
        var claims = OidcProviderProcess.Person("alan");
        (claims["email"], claims["email_verified"]) = ("alan@example.org", true);
        await sso.Provider.BehaveAsync(claims, Cancel);
        using var browser = new Browser(sso.Server);

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal((HttpStatusCode.Conflict, "tenancy.name_taken_locally"), (refused.Status, refused.Code));
        Assert.Contains("subject-of-alan", refused.Detail, StringComparison.Ordinal);
        Assert.False(browser.HasSession);

        await sso.AsRootAsync(HttpMethod.Put, $"api/v1/people/{id}/sso-link", new { subject = "subject-of-alan" });
        await browser.EnterAsync(Cancel);
        Assert.Equal(id, (string?)(await browser.MeAsync(Cancel))!["principal_id"]);
        Assert.Equal("root", (string?)(await sso.AsRootAsync(HttpMethod.Get, $"api/v1/people/{id}/sso-link"))!["linked_by"]);

        await sso.AsRootAsync(HttpMethod.Delete, $"api/v1/people/{id}/sso-link");
        Assert.Null(await browser.MeAsync(Cancel));
        Assert.Equal("tenancy.name_taken_locally", (await browser.SignInAsync(Cancel)).Code);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("local-admin")]
    [InlineData("no name at all")]
    public async Task A_name_that_is_somebodys_or_nobodys_makes_no_person(string name)
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person(name), Cancel);
        using var browser = new Browser(sso.Server);

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal(name == "root" ? "tenancy.name_taken_locally" : "tenancy.invalid_name", refused.Code);
        Assert.False(browser.HasSession);
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_names_nobody()
    {
        var claims = OidcProviderProcess.Person("katherine");
        claims.Remove("preferred_username");
        (claims["email"], claims["email_verified"]) = ("root@example.org", false);
        await sso.Provider.BehaveAsync(claims, Cancel);
        using var browser = new Browser(sso.Server);
        await browser.EnterAsync(Cancel);
        Assert.Equal("subject-of-katherine", (string?)(await browser.MeAsync(Cancel))!["name"]);

        (claims["sub"], claims["email"], claims["email_verified"]) = ("another", "katherine@example.org", true);
        await sso.Provider.BehaveAsync(claims, Cancel);
        using var other = new Browser(sso.Server);
        await other.EnterAsync(Cancel);
        Assert.Equal("katherine@example.org", (string?)(await other.MeAsync(Cancel))!["name"]);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("\\\\evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("")]
    public async Task Nobody_is_sent_on_to_another_site(string to)
    {
        using var browser = new Browser(sso.Server);

        var answer = await browser.GetAsync("sso/start?return_to=" + Uri.EscapeDataString(to), Cancel);

        Assert.Equal((HttpStatusCode.BadRequest, "tenancy.invalid_return_to"), (answer.Status, answer.Code));
    }

    private async Task<string> GroupAsync(string name, string? externalName) =>
        (string)(await sso.AsRootAsync(HttpMethod.Post, "api/v1/groups", new { name, external_name = externalName }))!["principal_id"]!;

    private static async Task<List<string>> GroupsOfAsync(Browser browser) =>
        [.. ((await browser.MeAsync(Cancel))!["groups"]?.AsArray() ?? []).Select(static one => (string)one!)];
}

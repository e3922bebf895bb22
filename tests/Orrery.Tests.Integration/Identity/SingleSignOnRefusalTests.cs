using System.Diagnostics;
using System.Net;
using System.Web;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What single sign-on must not let through.</summary>
public sealed class SingleSignOnRefusalTests(SsoServer sso) : IClassFixture<SsoServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("expired", "has expired")]
    [InlineData("no-expiry", "never expires")]
    [InlineData("not-yet", "not valid yet")]
    [InlineData("future", "issued in the future")]
    [InlineData("forged", "signature of its token does not fit")]
    [InlineData("tampered", "signature of its token does not fit")]
    [InlineData("unpublished-key", "key that the provider does not publish")]
    [InlineData("none", "or is missing")]
    [InlineData("hs256", "does not fit")]
    [InlineData("audience", "meant for another application")]
    [InlineData("azp", "given to another application")]
    [InlineData("azp-missing", "given to another application")]
    [InlineData("issuer", "names another issuer")]
    [InlineData("nonce", "belongs to another sign-in")]
    [InlineData("no-nonce", "belongs to another sign-in")]
    [InlineData("no-id-token", "cannot be read")]
    public async Task A_token_that_is_not_right_signs_nobody_in(string fault, string why)
    {
        var name = "victim-of-" + fault;
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person(name), Cancel, fault);
        using var browser = new Browser(sso.Server);

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.sso_invalid_token"), (refused.Status, refused.Code));
        Assert.Contains(why, refused.Detail, StringComparison.Ordinal);
        Assert.False(browser.HasSession);
        Assert.Null(await browser.MeAsync(Cancel));
        var people = await sso.AsRootAsync(HttpMethod.Get, "api/v1/people?limit=1000");
        Assert.DoesNotContain(people!["principals"]!.AsArray(), one => (string?)one!["name"] == name);

        // The same person with a right token: nothing but the fault was in the way.
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person(name), Cancel, fault is "azp" ? "several-audiences" : null);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(Cancel)).Status);
        Assert.True(browser.HasSession);
    }

    [Fact]
    public async Task A_callback_works_once_and_in_the_browser_that_began_only()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("mallory"), Cancel);
        using var mallory = new Browser(sso.Server);
        using var victim = new Browser(sso.Server);
        var callback = await mallory.ToCallbackAsync(Cancel);

        // Login CSRF: the victim's browser is led to the attacker's callback, with and without a sign-in of its own under way.
        Assert.Equal("tenancy.sso_not_started", (await victim.GetAsync(callback, Cancel)).Code);
        var own = await victim.ToCallbackAsync(Cancel);
        Assert.Equal("tenancy.sso_not_started", (await victim.GetAsync(callback, Cancel)).Code);
        Assert.False(victim.HasSession);

        // The attacker's code under the victim's state: the code belongs to another PKCE challenge.
        var mixed = HttpUtility.ParseQueryString(own.Query);
        mixed["code"] = HttpUtility.ParseQueryString(callback.Query)["code"];
        var injected = await victim.GetAsync(new Uri(own.GetLeftPart(UriPartial.Path) + "?" + mixed), Cancel);
        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.sso_code_refused"), (injected.Status, injected.Code));
        Assert.False(victim.HasSession);

        callback = await mallory.ToCallbackAsync(Cancel);
        Assert.Equal(HttpStatusCode.Redirect, (await mallory.GetAsync(callback, Cancel)).Status);
        Assert.Equal("tenancy.sso_not_started", (await mallory.GetAsync(callback, Cancel)).Code);
    }

    [Theory]
    [InlineData("?code=abc")]
    [InlineData("?state=&code=abc")]
    [InlineData("?state=bm90LWEtc3RhdGU&code=abc")]
    [InlineData("?state=%01%ff&code=abc")]
    [InlineData("?error=access_denied")]
    [InlineData("")]
    public async Task A_callback_that_nobody_began_is_refused(string query)
    {
        using var browser = new Browser(sso.Server);

        var refused = await browser.GetAsync("sso/callback" + query, Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.sso_not_started"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("")]
    public async Task An_answer_of_another_issuer_or_of_none_is_refused(string answersAs)
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("trent"), Cancel, answersAs: answersAs);
        using var browser = new Browser(sso.Server);
        var before = await sso.Provider.CallsAsync("token", Cancel);

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, "tenancy.sso_wrong_issuer"), (refused.Status, refused.Code));
        Assert.Equal(before, await sso.Provider.CallsAsync("token", Cancel));
    }

    [Fact]
    public async Task A_person_who_says_no_at_the_provider_reads_a_page_that_runs_nothing()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("bob"), Cancel, error: "access_denied");
        using var browser = new Browser(sso.Server);

        var refused = await browser.SignInAsync(Cancel, accept: "text/html,*/*");

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("tenancy.sso_denied", refused.Body, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;The person said no", refused.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", refused.Body, StringComparison.Ordinal);
        Assert.Equal("tenancy.sso_denied", (await browser.SignInAsync(Cancel)).Code);
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("html")]
    public async Task An_answer_that_makes_no_sense_is_the_providers_fault(string fault)
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("carol"), Cancel, fault);
        using var browser = new Browser(sso.Server);

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenancy.sso_provider_away"), (refused.Status, refused.Code));
        Assert.Contains(sso.Provider.Issuer, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_never_answers_holds_nobody_for_long()
    {
        await sso.Provider.BehaveAsync(OidcProviderProcess.Person("ada"), Cancel, fault: "slow");
        using var browser = new Browser(sso.Server);
        var started = Stopwatch.GetTimestamp();

        var refused = await browser.SignInAsync(Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenancy.sso_provider_away"), (refused.Status, refused.Code));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 5, 20);
    }
}

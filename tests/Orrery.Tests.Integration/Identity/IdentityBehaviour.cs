using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What identity promises, on every database.</summary>
public abstract class IdentityBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private const string Other = "window-kettle-31";
    private static readonly Actor Admin = new(WorkspaceId.Platform, "platform", "root");
    private readonly FakeTimeProvider _clock = new();
    private IdentityNode _node = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Principals People => _node.Principals;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new IdentityNode(database.Db, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Without_an_administrator_everybody_is_the_local_admin_and_with_one_nobody()
    {
        Assert.True(_node.Authentication.IsOn);
        Assert.Same(Caller.LocalAdmin, (await AuthenticateAsync(new DefaultHttpContext())).Value);
        Assert.False(_node.Authentication.IsOn);

        var admin = (await People.CreateFirstAdminAsync(Admin, "Root.Admin", Good, Cancel)).Value;

        Assert.Equal("tenancy.unauthenticated", (await AuthenticateAsync(new DefaultHttpContext())).Failure?.Code);
        Assert.True(_node.Authentication.IsOn);
        var caller = (await AuthenticateAsync(Basic("root.admin", Good))).Value;
        Assert.Equal((admin.PrincipalId, "root.admin", "password"), (caller.PrincipalId, caller.Name, caller.Method));
        Assert.Equal("tenancy.identity_on", (await People.CreateFirstAdminAsync(Admin, "second", Other, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Only_one_of_several_first_administrators_is_made()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
            await People.CreateFirstAdminAsync(Admin, "admin" + n.ToString(CultureInfo.InvariantCulture), Good, Cancel)));

        Assert.Single(made, static one => one.Succeeded);
        Assert.Single((await People.ListAsync("person", null, 10, null, Cancel)).Value.Principals);
    }

    [Fact]
    public async Task Five_failures_lock_even_the_right_password_out_for_a_growing_while()
    {
        await InitAsync();
        await PersonAsync("ada");
        for (var i = 0; i < 5; i++)
            Assert.Equal("tenancy.wrong_password", (await AuthenticateAsync(Basic("ada", Other))).Failure?.Code);

        Assert.Equal("tenancy.wrong_password", (await AuthenticateAsync(Basic("ada", Good))).Failure?.Code);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("tenancy.wrong_password", (await AuthenticateAsync(Basic("ada", Other))).Failure?.Code);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.False((await AuthenticateAsync(Basic("ada", Good))).Succeeded);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("ada", (await AuthenticateAsync(Basic("ada", Good))).Value.Name);
    }

    [Fact]
    public async Task An_unknown_name_gets_the_answer_of_a_wrong_password()
    {
        await InitAsync();
        await PersonAsync("ada");

        Assert.Equal((await AuthenticateAsync(Basic("ada", Other))).Failure, (await AuthenticateAsync(Basic("nobody", Other))).Failure);
    }

    [Fact]
    public async Task Too_many_failures_of_one_address_are_refused_while_others_go_on()
    {
        await InitAsync();
        using var node = new IdentityNode(database.Db, _clock, new() { FailureBurst = 3, FailuresPerMinute = 1 });
        for (var i = 0; i < 3; i++)
            Assert.Equal(FailureKind.Unauthenticated, (await node.AuthenticateAsync(Basic("nobody", Other))).Failure?.Kind);

        var refused = Basic("nobody", Other);
        Assert.Equal("tenancy.too_many_failures", (await node.AuthenticateAsync(refused)).Failure?.Code);
        Assert.InRange(int.Parse(refused.Response.Headers.RetryAfter.ToString(), CultureInfo.InvariantCulture), 1, 240);
        Assert.Equal("tenancy.wrong_password", (await node.AuthenticateAsync(Basic("nobody", Other, "192.0.2.77"))).Failure?.Code);
        Assert.Equal("root", (await node.AuthenticateAsync(Basic("root", Good, "192.0.2.77"))).Value.Name);
    }

    [Fact]
    public async Task A_disabled_person_gets_in_by_no_road_and_an_enabled_one_by_all()
    {
        await InitAsync();
        var ada = await PersonAsync("ada");
        var token = (await TokenAsync(ada)).Secret;
        Assert.True((await AuthenticateAsync(Basic("ada", Good))).Succeeded);
        Assert.True((await AuthenticateAsync(Bearer(token))).Succeeded);

        await People.SetStateAsync(Admin, "person", ada.PrincipalId, "disabled", Cancel);

        Assert.Equal("tenancy.wrong_password", (await AuthenticateAsync(Basic("ada", Good))).Failure?.Code);
        Assert.Equal("tenancy.unknown_token", (await AuthenticateAsync(Bearer(token))).Failure?.Code);
        await People.SetStateAsync(Admin, "person", ada.PrincipalId, "active", Cancel);
        Assert.True((await AuthenticateAsync(Bearer(token))).Succeeded);
    }

    [Fact]
    public async Task A_token_works_as_bearer_and_as_password_of_any_name_until_it_is_revoked()
    {
        await InitAsync();
        var ada = await PersonAsync("ada");
        var made = await TokenAsync(ada);
        foreach (var request in (HttpContext[])[Bearer(made.Secret), Basic("whoever", made.Secret), Basic("", made.Secret)])
        {
            var caller = (await AuthenticateAsync(request)).Value;
            Assert.Equal((ada.PrincipalId, "token", made.Token.TokenId), (caller.PrincipalId, caller.Method, caller.Token?.TokenId));
        }

        Assert.Equal("tenancy.token_not_found", (await _node.Tokens.RevokeAsync(Admin, "usr_other", made.Token.TokenId, Cancel)).Failure?.Code);
        Assert.True((await _node.Tokens.RevokeAsync(Admin, ada.PrincipalId, made.Token.TokenId, Cancel)).Succeeded);

        Assert.Equal("tenancy.unknown_token", (await AuthenticateAsync(Bearer(made.Secret))).Failure?.Code);
        Assert.NotNull(Assert.Single((await _node.Tokens.ListAsync(ada.PrincipalId, 10, null, Cancel)).Value.Tokens).RevokedAt);
    }

    [Fact]
    public async Task A_token_ends_with_its_time()
    {
        await InitAsync();
        var made = await TokenAsync(await PersonAsync("ada"), new() { Name = "short", ExpiresInDays = 1 });
        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.True((await AuthenticateAsync(Bearer(made.Secret))).Succeeded);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("tenancy.unknown_token", (await AuthenticateAsync(Bearer(made.Secret))).Failure?.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(366)]
    public async Task A_token_lasts_a_day_to_a_year(int days)
    {
        var ada = await PersonAsync("ada");
        var made = await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, ada.PrincipalId, new() { Name = "t", ExpiresInDays = days }, Cancel);
        Assert.Equal("tenancy.invalid_expiry", made.Failure?.Code);
    }

    [Fact]
    public async Task A_limited_token_makes_no_wider_one()
    {
        await InitAsync();
        var ada = await PersonAsync("ada");
        var made = await TokenAsync(ada, new() { Name = "narrow", Permissions = ["tracking.read", "tracking.write"] });
        var caller = (await AuthenticateAsync(Bearer(made.Secret))).Value;
        Assert.True(caller.Token!.Permissions!.SetEquals(["tracking.read", "tracking.write"]));

        async Task<string?> MakeAsync(params string[]? permissions) =>
            (await _node.Tokens.CreateAsync(Admin, caller, ada.PrincipalId, new() { Name = "t", Permissions = permissions }, Cancel)).Failure?.Code;

        Assert.Equal("tenancy.wider_token", await MakeAsync(null));
        Assert.Equal("tenancy.wider_token", await MakeAsync("tracking.read", "registry.write"));
        Assert.Null(await MakeAsync("tracking.read"));
    }

    [Fact]
    public async Task The_last_use_of_a_token_is_kept_to_about_a_minute()
    {
        await InitAsync();
        var ada = await PersonAsync("ada");
        var made = await TokenAsync(ada);
        async Task<DateTimeOffset?> UsedAsync()
        {
            Assert.True((await AuthenticateAsync(Bearer(made.Secret))).Succeeded);
            await _node.Uses.WriteAsync(Cancel);
            return Assert.Single((await _node.Tokens.ListAsync(ada.PrincipalId, 10, null, Cancel)).Value.Tokens).LastUsedAt;
        }

        var first = _clock.GetUtcNow();
        Assert.Equal(first, await UsedAsync());
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(first, await UsedAsync());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first.AddMinutes(1), await UsedAsync());
    }

    [Fact]
    public async Task The_database_holds_neither_tokens_nor_passwords()
    {
        await InitAsync();
        var made = await TokenAsync(await PersonAsync("ada"));
        var hash = await database.Db.ReadAsync(session => TokenStore.FindAsync(session, TokenText.Hash(made.Secret)), Cancel);
        var password = await database.Db.ReadAsync(session => PasswordStore.FindAsync(session, "ada"), Cancel);

        Assert.Equal(32, hash!.Hash.Length);
        Assert.DoesNotContain(Good, password!.Hash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_of_a_caller_are_known_at_the_next_request()
    {
        await InitAsync();
        var ada = await PersonAsync("ada");
        var group = (await People.CreateGroupAsync(Admin, new() { Name = "Team-A" }, Cancel)).Value;
        Assert.Empty((await AuthenticateAsync(Basic("ada", Good))).Value.Groups);

        Assert.True((await People.AddMemberAsync(Admin, group.PrincipalId, ada.PrincipalId, Cancel)).Succeeded);
        Assert.Equal([group.PrincipalId], (await AuthenticateAsync(Basic("ada", Good))).Value.Groups);
        Assert.Equal("ada", Assert.Single((await People.MembersAsync(group.PrincipalId, 10, null, Cancel)).Value.Principals).Name);

        await People.SetStateAsync(Admin, "group", group.PrincipalId, "disabled", Cancel);
        Assert.Empty((await AuthenticateAsync(Basic("ada", Good))).Value.Groups);
        Assert.Equal("tenancy.nested_group", (await People.AddMemberAsync(Admin, group.PrincipalId, group.PrincipalId, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        var root = await InitAsync();
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", root.PrincipalId, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.last_admin", (await People.SetStateAsync(Admin, "person", root.PrincipalId, "disabled", Cancel)).Failure?.Code);

        var ada = await PersonAsync("ada");
        await GrantAsync(ada);

        Assert.True((await People.DeleteAsync(Admin, "person", root.PrincipalId, Cancel)).Succeeded);
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", ada.PrincipalId, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.unauthenticated", (await AuthenticateAsync(new DefaultHttpContext())).Failure?.Code);
    }

    [Fact]
    public async Task A_group_may_hold_the_last_administrator()
    {
        var root = await InitAsync();
        var (ada, eve) = (await PersonAsync("ada"), await PersonAsync("eve"));
        var group = (await People.CreateGroupAsync(Admin, new() { Name = "admins" }, Cancel)).Value;
        await GrantAsync(group);
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", root.PrincipalId, Cancel)).Failure?.Code);
        await People.AddMemberAsync(Admin, group.PrincipalId, ada.PrincipalId, Cancel);
        await People.AddMemberAsync(Admin, group.PrincipalId, eve.PrincipalId, Cancel);

        var own = Assert.Single((await _node.Grants.ListAsync(Admin, null, null, 10, null, Cancel)).Value.Items, grant => grant.SubjectId == root.PrincipalId);
        Assert.True((await _node.Grants.TakeAsync(Admin, Caller.LocalAdmin, own.Id, Cancel)).Succeeded);

        var groups = Assert.Single((await _node.Grants.ListAsync(Admin, null, null, 10, null, Cancel)).Value.Items);
        Assert.Equal("tenancy.last_admin", (await _node.Grants.TakeAsync(Admin, Caller.LocalAdmin, groups.Id, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.last_admin", (await People.SetStateAsync(Admin, "group", group.PrincipalId, "disabled", Cancel)).Failure?.Code);
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "group", group.PrincipalId, Cancel)).Failure?.Code);
        Assert.True((await People.SetStateAsync(Admin, "person", ada.PrincipalId, "disabled", Cancel)).Succeeded);
        Assert.Equal("tenancy.last_admin", (await People.RemoveMemberAsync(Admin, group.PrincipalId, eve.PrincipalId, Cancel)).Failure?.Code);
        Assert.True((await People.RemoveMemberAsync(Admin, group.PrincipalId, ada.PrincipalId, Cancel)).Succeeded);
        Assert.Equal("tenancy.last_admin", (await People.SetStateAsync(Admin, "person", eve.PrincipalId, "disabled", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_role_that_ends_does_not_make_the_last_administrator()
    {
        var root = await InitAsync();
        var ada = await PersonAsync("ada");
        var caller = (await AuthenticateAsync(Basic("root", Good))).Value;
        async Task<string?> GiveAsync(string name, DateTimeOffset? end) => (await _node.Grants.GiveAsync(
            Admin, caller, new(SubjectKinds.Principal, name, Roles.PlatformAdmin, "", "", end), Cancel)).Failure?.Code;

        Assert.Null(await GiveAsync("ada", _clock.GetUtcNow().AddDays(1)));
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", root.PrincipalId, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.last_admin", await GiveAsync("root", _clock.GetUtcNow().AddDays(1)));
        Assert.Null(await GiveAsync("ada", null));
        Assert.Null(await GiveAsync("root", _clock.GetUtcNow().AddDays(1)));
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", ada.PrincipalId, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Two_administrators_who_disable_each_other_at_once_leave_one()
    {
        var root = await InitAsync();
        var ada = await PersonAsync("ada");
        await GrantAsync(ada);
        using var other = new IdentityNode(database.Db, _clock);

        var done = await Task.WhenAll(
            Task.Run(async () => await _node.Principals.SetStateAsync(Admin, "person", root.PrincipalId, "disabled", Cancel), Cancel),
            Task.Run(async () => await other.Principals.SetStateAsync(Admin, "person", ada.PrincipalId, "disabled", Cancel), Cancel));

        Assert.Equal("tenancy.last_admin", Assert.Single(done, static one => !one.Succeeded).Failure?.Code);
    }

    [Fact]
    public async Task People_are_listed_by_name_page_by_page()
    {
        foreach (var name in (string[])["cleo", "ada", "bob"])
            await PersonAsync(name);
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = (await People.ListAsync("person", null, 2, token, Cancel)).Value;
            names.AddRange(page.Principals.Select(static p => p.Name));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal(["ada", "bob", "cleo"], names);
        Assert.Equal("tenancy.invalid_page_token", (await People.ListAsync("person", null, 2, "x", Cancel)).Failure?.Code);
        Assert.Equal("tenancy.name_taken", (await People.CreateGroupAsync(Admin, new() { Name = "ADA" }, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.invalid_name", (await People.CreateGroupAsync(Admin, new() { Name = "a:b" }, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.invalid_name", (await People.CreateGroupAsync(Admin, new() { Name = "local-admin" }, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_session_needs_its_csrf_token_for_changes_and_ends_when_idle()
    {
        await InitAsync();
        var (cookie, session) = await SignInAsync();
        Assert.Equal("session", (await AuthenticateAsync(Request("GET", cookie))).Value.Method);
        Assert.Equal("tenancy.csrf", (await AuthenticateAsync(Request("POST", cookie))).Failure?.Code);
        Assert.Equal("tenancy.csrf", (await AuthenticateAsync(Request("DELETE", cookie, new string('0', 64)))).Failure?.Code);
        Assert.True((await AuthenticateAsync(Request("POST", cookie, session.CsrfToken))).Succeeded);

        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.True((await AuthenticateAsync(Request("GET", cookie))).Succeeded);
        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.True((await AuthenticateAsync(Request("GET", cookie))).Succeeded);
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("tenancy.session_ended", (await AuthenticateAsync(Request("GET", cookie))).Failure?.Code);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_however_busy()
    {
        await InitAsync();
        var (cookie, _) = await SignInAsync();
        for (var minutes = 0; minutes < 719; minutes += 10)
        {
            Assert.True((await AuthenticateAsync(Request("GET", cookie))).Succeeded);
            _clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal("tenancy.session_ended", (await AuthenticateAsync(Request("GET", cookie))).Failure?.Code);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_all_sessions_and_signing_out_only_one()
    {
        await InitAsync();
        var (first, firstSession) = await SignInAsync();
        var (second, _) = await SignInAsync();
        var (third, thirdSession) = await SignInAsync();

        Assert.True((await _node.Sessions.EndAsync(Request("DELETE", first, firstSession.CsrfToken), everywhere: false, Cancel)).Succeeded);
        Assert.False((await AuthenticateAsync(Request("GET", first))).Succeeded);
        Assert.True((await AuthenticateAsync(Request("GET", second))).Succeeded);

        Assert.True((await _node.Sessions.EndAsync(Request("DELETE", third, thirdSession.CsrfToken), everywhere: true, Cancel)).Succeeded);
        Assert.False((await AuthenticateAsync(Request("GET", second))).Succeeded);
    }

    [Fact]
    public async Task Another_password_ends_sessions_and_the_old_password()
    {
        var root = await InitAsync();
        var (cookie, _) = await SignInAsync();

        Assert.True((await People.SetPasswordAsync(Admin, root, Other, keepTokens: false, Cancel)).Succeeded);

        Assert.False((await AuthenticateAsync(Request("GET", cookie))).Succeeded);
        Assert.False((await AuthenticateAsync(Basic("root", Good))).Succeeded);
        Assert.True((await AuthenticateAsync(Basic("root", Other))).Succeeded);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Digest abc")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Bearer mlops_pat_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18")]
    public async Task Headers_that_are_none_are_refused(string header)
    {
        await InitAsync();
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = header;
        Assert.Equal(FailureKind.Unauthenticated, (await AuthenticateAsync(context)).Failure?.Kind);
        Assert.NotEmpty(context.Response.Headers.WWWAuthenticate.ToString());
    }

    private static DefaultHttpContext Basic(string name, string password, string address = "192.0.2.1")
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
        return context;
    }

    private static DefaultHttpContext Bearer(string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + token;
        return context;
    }

    private static DefaultHttpContext Request(string method, string cookie, string? csrf = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Cookie = $"{Sessions.Cookie}={cookie}";
        if (csrf is not null)
            context.Request.Headers[Sessions.CsrfHeader] = csrf;
        return context;
    }

    private async Task<(string Cookie, WebSession Session)> SignInAsync()
    {
        var context = Basic("root", Good);
        context.Request.Scheme = "https";
        var session = await _node.Sessions.BeginAsync(context, (await AuthenticateAsync(context)).Value, secondFactor: false, Cancel);
        var set = context.Response.Headers.SetCookie.ToString();
        foreach (var attribute in (string[])["httponly", "samesite=lax", "secure", "path=/"])
            Assert.Contains(attribute, set, StringComparison.OrdinalIgnoreCase);
        return (set[(Sessions.Cookie.Length + 1)..set.IndexOf(';', StringComparison.Ordinal)], session);
    }

    private ValueTask<Result<Caller>> AuthenticateAsync(HttpContext context) => _node.AuthenticateAsync(context);

    private async Task<Principal> InitAsync() => (await People.CreateFirstAdminAsync(Admin, "root", Good, Cancel)).Value;

    private async Task<Principal> PersonAsync(string name) => (await People.CreatePersonAsync(Admin, new() { Name = name, Password = Good }, Cancel)).Value;

    private async Task GrantAsync(Principal principal) => await database.Db.WriteAsync(
        async session =>
        {
            await GrantStore.InsertAsync(session, Grant.OfPlatformAdmin(principal.PrincipalId, "root", _clock.GetUtcNow()));
            return Done.Ok;
        },
        Cancel);

    private async Task<CreatedAccessToken> TokenAsync(Principal owner, NewAccessToken? asked = null) =>
        (await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, owner.PrincipalId, asked ?? new() { Name = "t" }, Cancel)).Value;
}

public sealed class IdentityOnSqlite() : IdentityBehaviour(new SqliteDatabase());

public sealed class IdentityOnPostgres() : IdentityBehaviour(new PostgresDatabase());

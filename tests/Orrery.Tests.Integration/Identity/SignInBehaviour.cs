using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What sign-in promises against guessers, and for whom they shut out, on every database.</summary>
public abstract class SignInBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private const string Other = "window-kettle-31";
    private const string Home = "192.0.2.1";
    private const string Elsewhere = "198.51.100.7";
    private static readonly Actor Admin = new(WorkspaceId.Platform, "platform", "root");
    private readonly FakeTimeProvider _clock = new();
    private IdentityNode _node = null!;
    private Principal _root = null!;
    private Principal _ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Principals People => _node.Principals;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new IdentityNode(database.Db, _clock);
        _root = (await People.CreateFirstAdminAsync(Admin, "root", Good, Cancel)).Value;
        _ada = (await People.CreatePersonAsync(Admin, new() { Name = "ada", Password = Good }, Cancel)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Guesses_made_at_once_are_no_more_than_the_limit_allows_and_others_sign_in_meanwhile()
    {
        const int burst = 3;
        using var node = new IdentityNode(database.Db, _clock, new() { FailureBurst = burst, FailuresPerMinute = 1 });
        var guesses = Enumerable.Range(0, 120).Select(n => Task.Run(async () =>
        {
            var context = Basic("nobody", Other + n, Elsewhere);
            return ((await node.AuthenticateAsync(context)).Failure!, context.Response.Headers.RetryAfter.ToString());
        }, Cancel)).ToList();
        var owner = await node.AuthenticateAsync(Basic("root", Good, Home));
        var answers = await Task.WhenAll(guesses);

        Assert.Equal("root", owner.Value.Name);
        // One more for each that was hashed beside the last.
        var hashed = answers.Count(static one => one.Item1.Kind is FailureKind.Unauthenticated);
        Assert.InRange(hashed, 1, burst + Math.Max(1, Environment.ProcessorCount / 2));
        Assert.All(answers.Where(static one => one.Item1.Kind is not FailureKind.Unauthenticated), static one =>
        {
            Assert.Contains(one.Item1.Code, (string[])["tenancy.too_many_failures", "tenancy.too_many_sign_ins"]);
            Assert.NotEmpty(one.Item2);
        });
    }

    [Fact]
    public async Task Refused_sign_ins_are_in_the_trail_summed_up_by_the_minute_and_without_the_names_that_were_tried()
    {
        for (var i = 0; i < 7; i++)
            await _node.AuthenticateAsync(Basic("mallory", Other, Elsewhere));
        await _node.AuthenticateAsync(Basic("mallory", Other, Home));
        Assert.Equal(2, (await TrailAsync()).Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _node.Trail.WriteAsync(Cancel);
        await _node.Trail.WriteAsync(Cancel);

        var trail = await TrailAsync();
        Assert.Equal(3, trail.Count);
        Assert.All(trail, static body => Assert.Contains("tenancy.unknown_name", body, StringComparison.Ordinal));
        Assert.All(trail, static body => Assert.DoesNotContain("mallory", body, StringComparison.Ordinal));
        Assert.Single(trail, static body => body.Contains("\"count\":6", StringComparison.Ordinal) || body.Contains("\\\"count\\\":6", StringComparison.Ordinal));

        // Five wrong passwords of somebody known are in it each; what comes while they are locked out, once.
        for (var i = 0; i < 9; i++)
            await _node.AuthenticateAsync(Basic("ada", Other, Elsewhere));
        trail = await TrailAsync();
        Assert.Equal(3 + 5 + 1, trail.Count);
        Assert.Single(trail, static body => body.Contains("tenancy.sign_in_locked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_that_others_brought_about_does_not_keep_the_owner_out_where_they_signed_in_lately()
    {
        Assert.True((await _node.AuthenticateAsync(Basic("ada", Good, Home))).Succeeded);
        await People.SetStateAsync(Admin, "person", _ada.PrincipalId, "active", Cancel);
        for (var i = 0; i < 6; i++)
            Assert.False((await _node.AuthenticateAsync(Basic("ada", Other, Elsewhere))).Succeeded);

        Assert.False((await _node.AuthenticateAsync(Basic("ada", Good, Elsewhere))).Succeeded);
        Assert.Equal("ada", (await _node.AuthenticateAsync(Basic("ada", Good, Home))).Value.Name);
        // Nor does the owner's sign-in give the others new guesses.
        await People.SetStateAsync(Admin, "person", _ada.PrincipalId, "active", Cancel);
        Assert.False((await _node.AuthenticateAsync(Basic("ada", Good, Elsewhere))).Succeeded);
    }

    [Fact]
    public async Task Who_guesses_where_the_owner_signed_in_has_a_few_tries_and_no_more()
    {
        Assert.True((await _node.AuthenticateAsync(Basic("ada", Good, Home))).Succeeded);
        await People.SetStateAsync(Admin, "person", _ada.PrincipalId, "active", Cancel);
        for (var i = 0; i < 10; i++)
            Assert.False((await _node.AuthenticateAsync(Basic("ada", Other, Home))).Succeeded);

        Assert.False((await _node.AuthenticateAsync(Basic("ada", Good, Home))).Succeeded);
    }

    [Fact]
    public async Task A_long_quiet_time_forgives_failures()
    {
        for (var round = 0; round < 12; round++)
        {
            await _node.AuthenticateAsync(Basic("ada", Other, Elsewhere));
            _clock.Advance(TimeSpan.FromMinutes(30));
        }

        // The last of twelve would lock for half an hour; after a day one slip does not lock at all.
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.False((await _node.AuthenticateAsync(Basic("ada", Other, Home))).Succeeded);
        Assert.True((await _node.AuthenticateAsync(Basic("ada", Good, Home))).Succeeded);
    }

    [Theory]
    [InlineData(12, 0, 12)]
    [InlineData(12, 29, 12)]
    [InlineData(12, 30, 6)]
    [InlineData(12, 60, 3)]
    [InlineData(12, 6000, 0)]
    [InlineData(4, 6000, 4)]
    public void A_count_is_halved_for_each_length_of_its_lock(long failures, int minutes, long left) =>
        Assert.Equal(left, Passwords.Decayed(failures, TimeSpan.FromMinutes(minutes)));

    [Fact]
    public async Task A_short_idle_time_does_not_end_a_busy_session()
    {
        using var node = new IdentityNode(database.Db, _clock, new() { FailureBurst = 1000, SessionIdle = TimeSpan.FromMinutes(1) });
        var cookie = await BeginAsync(node);
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(40));
            Assert.True((await node.AuthenticateAsync(Request(cookie))).Succeeded);
        }

        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("tenancy.session_ended", (await node.AuthenticateAsync(Request(cookie))).Failure?.Code);
    }

    [Fact]
    public async Task Signing_in_again_ends_the_browsers_former_session()
    {
        var first = await BeginAsync(_node);
        var second = await BeginAsync(_node, first);

        Assert.Equal("tenancy.session_ended", (await _node.AuthenticateAsync(Request(first))).Failure?.Code);
        Assert.True((await _node.AuthenticateAsync(Request(second))).Succeeded);
    }

    [Fact]
    public async Task Who_cannot_sign_in_is_not_the_last_administrator()
    {
        var guest = (await People.CreatePersonAsync(Admin, new() { Name = "guest" }, Cancel)).Value;
        await GrantAsync(guest.PrincipalId);
        Assert.Equal("tenancy.last_admin", (await People.DeleteAsync(Admin, "person", _root.PrincipalId, Cancel)).Failure?.Code);

        Assert.True((await People.SetPasswordAsync(Admin, guest, Other, keepTokens: false, Cancel)).Succeeded);
        Assert.True((await People.DeleteAsync(Admin, "person", _root.PrincipalId, Cancel)).Succeeded);
    }

    [Fact]
    public async Task A_reset_lets_a_person_in_again_who_lost_everything()
    {
        await People.SetStateAsync(Admin, "person", _ada.PrincipalId, "disabled", Cancel);
        var token = (await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, _root.PrincipalId, new() { Name = "t" }, Cancel)).Value;

        Assert.Equal("tenancy.weak_password", (await People.ResetAdminAsync(Admin, "ada", "short", Cancel)).Failure?.Code);
        Assert.Equal("tenancy.principal_not_found", (await People.ResetAdminAsync(Admin, "nobody", Other, Cancel)).Failure?.Code);
        Assert.True((await People.ResetAdminAsync(Admin, "Ada", Other, Cancel)).Succeeded);
        Assert.True((await People.ResetAdminAsync(Admin, "root", Other, Cancel)).Succeeded);

        Assert.Equal("ada", (await _node.AuthenticateAsync(Basic("ada", Other, Home))).Value.Name);
        Assert.False((await _node.AuthenticateAsync(Basic("root", Good, Home))).Succeeded);
        Assert.Equal("tenancy.unknown_token", (await _node.AuthenticateAsync(Bearer(token.Secret))).Failure?.Code);
        Assert.True((await People.DeleteAsync(Admin, "person", _root.PrincipalId, Cancel)).Succeeded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_password_ends_tokens_unless_they_are_kept(bool keep)
    {
        var token = (await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, _ada.PrincipalId, new() { Name = "t" }, Cancel)).Value;

        Assert.True((await People.SetPasswordAsync(Admin, _ada, Other, keep, Cancel)).Succeeded);

        Assert.Equal(keep, (await _node.AuthenticateAsync(Bearer(token.Secret))).Succeeded);
    }

    [Fact]
    public async Task Tokens_that_ended_are_forgotten_after_a_month()
    {
        await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, _ada.PrincipalId, new() { Name = "old", ExpiresInDays = 1 }, Cancel);
        foreach (var (days, left) in new[] { (30, 2), (2, 2) })
        {
            _clock.Advance(TimeSpan.FromDays(days));
            await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, _ada.PrincipalId, new() { Name = "new" }, Cancel);
            Assert.Equal(left, (await _node.Tokens.ListAsync(_ada.PrincipalId, 10, null, Cancel)).Value.Tokens.Count);
        }
    }

    [Fact]
    public async Task A_token_is_made_for_a_workspace_only_by_who_has_a_role_there()
    {
        await database.Db.WriteAsync<Done>(
            async session =>
            {
                await WorkspaceStore.InsertAsync(session, new Workspace { Id = default, Name = "red" });
                return Done.Ok;
            },
            Cancel);
        var ada = (await _node.AuthenticateAsync(Basic("ada", Good, Home))).Value;
        var root = (await _node.AuthenticateAsync(Basic("root", Good, Home))).Value;
        async Task<Failure?> MakeAsync(Caller caller, string workspace) =>
            (await _node.Tokens.CreateAsync(Admin, caller, caller.PrincipalId, new() { Name = "t", Workspace = workspace }, Cancel)).Failure;

        var (there, nowhere) = (await MakeAsync(ada, "red"), await MakeAsync(ada, "blu"));
        Assert.Equal("tenancy.workspace_not_found", there?.Code);
        Assert.Equal(there?.Message, nowhere?.Message.Replace("blu", "red", StringComparison.Ordinal));
        Assert.Null(await MakeAsync(root, "red"));
    }

    [Theory]
    [InlineData("tracking.reed", "tracking.read")]
    [InlineData("registy.promote", "registry.promote")]
    public async Task A_permission_that_is_none_is_refused_naming_one_like_it(string asked, string near)
    {
        var made = await _node.Tokens.CreateAsync(Admin, Caller.LocalAdmin, _ada.PrincipalId, new() { Name = "t", Permissions = [asked] }, Cancel);
        Assert.Equal("tenancy.invalid_permissions", made.Failure?.Code);
        Assert.Contains(near, made.Failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("127.0.0.1", "Forwarded", false)]
    [InlineData("127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("127.0.0.1", "X-Forwarded-Host", false)]
    [InlineData("203.0.113.9", null, false)]
    public void While_identity_is_off_only_this_machine_is_served(string from, string? header, bool served)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        if (header is not null)
            context.Request.Headers[header] = "203.0.113.9";
        Assert.Equal(served, Authentication.RefusesForwarded(context) is null);
    }

    private static DefaultHttpContext Basic(string name, string password, string address)
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

    private static DefaultHttpContext Request(string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Headers.Cookie = $"{Sessions.Cookie}={cookie}";
        return context;
    }

    private Task<List<string>> TrailAsync() => AuditedActs.BodiesAsync(database.Db, _clock, "principal.sign-in", Cancel);

    private static async Task<string> BeginAsync(IdentityNode node, string? former = null)
    {
        var context = Basic("root", Good, Home);
        if (former is not null)
            context.Request.Headers.Cookie = $"{Sessions.Cookie}={former}";
        await node.Sessions.BeginAsync(context, (await node.AuthenticateAsync(context)).Value, secondFactor: false, Cancel);
        var set = context.Response.Headers.SetCookie.ToString();
        return set[(Sessions.Cookie.Length + 1)..set.IndexOf(';', StringComparison.Ordinal)];
    }

    private async Task GrantAsync(string principal) => await database.Db.WriteAsync(
        async session =>
        {
            await GrantStore.InsertAsync(session, Grant.OfPlatformAdmin(principal, "root", _clock.GetUtcNow()));
            return Done.Ok;
        },
        Cancel);
}

public sealed class SignInIdentityOnSqlite() : SignInBehaviour(new SqliteDatabase());

public sealed class SignInIdentityOnPostgres() : SignInBehaviour(new PostgresDatabase());

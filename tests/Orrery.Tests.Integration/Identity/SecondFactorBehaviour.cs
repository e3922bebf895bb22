using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What a second factor promises, on every database.</summary>
public abstract class SecondFactorBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private static readonly Actor Admin = new(WorkspaceId.Platform, "platform", "root");
    private static readonly Actor Ada = new(WorkspaceId.Platform, "platform", "ada");
    private readonly FakeTimeProvider _clock = new();
    private IdentityNode _node = null!;
    private Principal _ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Caller AsAda => new(_ada.PrincipalId, "ada", "password");

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new IdentityNode(database.Db, _clock);
        Assert.True((await _node.Principals.CreateFirstAdminAsync(Admin, "root", Good, Cancel)).Succeeded);
        _ada = (await _node.Principals.CreatePersonAsync(Admin, new() { Name = "ada", Password = Good }, Cancel)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_password_alone_is_enough_until_a_code_was_confirmed()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        Assert.Equal(32, begun.Secret.Length);
        Assert.Contains($"secret={begun.Secret}&", begun.Uri, StringComparison.Ordinal);
        Assert.Null(await SignInAsync(null));
        Assert.False((await StatusAsync()).Enabled);

        var codes = (await ConfirmAsync(new Authenticator(begun.Secret).CodeAt(_clock.GetUtcNow()))).Value.Codes;

        Assert.Equal(10, codes.Distinct().Count());
        Assert.Equal((true, 10), ((await StatusAsync()).Enabled, (await StatusAsync()).RecoveryCodesLeft));
        Assert.Equal("tenancy.second_factor_needed", await SignInAsync(null));
        Assert.Equal("tenancy.second_factor_needed", await SignInAsync(" "));
        Assert.Equal("tenancy.wrong_password", (await _node.AuthenticateAsync(Basic("ada", "window-kettle-31"))).Failure?.Code);
    }

    [Fact]
    public async Task A_code_signs_in_once_and_counts_as_the_second_factor()
    {
        var device = await EnrolAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        var code = device.CodeAt(_clock.GetUtcNow());

        Assert.True((await _node.AuthenticateAsync(Basic("ada", Good, code))).Value.SecondFactor);
        Assert.Equal("tenancy.wrong_code", await SignInAsync(code));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("tenancy.wrong_code", await SignInAsync(code));
        Assert.Null(await SignInAsync(device.CodeAt(_clock.GetUtcNow()).Insert(3, " ")));
    }

    [Fact]
    public async Task A_code_sent_at_once_to_two_servers_is_good_on_one()
    {
        var device = await EnrolAsync();
        using var other = new IdentityNode(database.Db, _clock);
        for (var round = 0; round < 5; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            var code = device.CodeAt(_clock.GetUtcNow());
            var tried = await Task.WhenAll(new[] { _node, other, _node, other }
                .Select(node => Task.Run(async () => await node.SecondFactors.CheckAsync(Basic("ada", Good), AsAda, code, Cancel), Cancel)));
            Assert.Single(tried, static one => one.Succeeded);
            Assert.All(tried.Where(static one => !one.Succeeded), static one => Assert.Equal("tenancy.wrong_code", one.Failure?.Code));
        }
    }

    [Fact]
    public async Task A_clock_that_steps_back_makes_no_used_code_good()
    {
        var device = await EnrolAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        var used = device.CodeAt(_clock.GetUtcNow());
        Assert.Null(await SignInAsync(used));
        var back = new FakeTimeProvider(_clock.GetUtcNow() - TimeSpan.FromMinutes(2));
        using var late = new IdentityNode(database.Db, back);
        async Task<string?> TryAsync(string code) => (await late.AuthenticateAsync(Basic("ada", Good, code))).Failure?.Code;

        Assert.Equal("tenancy.wrong_code", await TryAsync(used));
        Assert.Equal("tenancy.wrong_code", await TryAsync(device.CodeAt(back.GetUtcNow())));
        back.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(30));
        Assert.Equal("tenancy.wrong_code", await TryAsync(used));
        Assert.Null(await TryAsync(device.CodeAt(back.GetUtcNow())));
    }

    [Fact]
    public async Task Wrong_codes_lock_the_person_out_as_wrong_passwords_do_though_the_password_is_right_each_time()
    {
        var device = await EnrolAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        var right = device.CodeAt(_clock.GetUtcNow());
        var wrong = right[..5] + (char)('0' + ((right[5] - '0' + 5) % 10));
        for (var i = 0; i < 5; i++)
            Assert.Equal("tenancy.wrong_code", await SignInAsync(wrong));

        Assert.Equal("tenancy.wrong_password", await SignInAsync(right));
        Assert.Equal("tenancy.wrong_code", (await _node.SecondFactors.RemoveAsync(Basic("ada", Good), Ada, _ada.PrincipalId, right, Cancel)).Failure?.Code);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("tenancy.wrong_code", await SignInAsync(wrong));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("tenancy.wrong_password", await SignInAsync(device.CodeAt(_clock.GetUtcNow())));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await SignInAsync(device.CodeAt(_clock.GetUtcNow())));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("tenancy.wrong_code", await SignInAsync(wrong));
        Assert.Null(await SignInAsync(device.CodeAt(_clock.GetUtcNow())));
    }

    [Fact]
    public async Task Codes_guessed_at_once_are_no_more_than_the_lock_allows()
    {
        var device = await EnrolAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        var right = device.CodeAt(_clock.GetUtcNow());
        var guesses = Enumerable.Range(0, 20).Select(i => i.ToString("D6", System.Globalization.CultureInfo.InvariantCulture)).Where(code => code != right);

        await Task.WhenAll(guesses.Select(code =>
            Task.Run(async () => await _node.SecondFactors.CheckAsync(Basic("ada", Good), AsAda, code, Cancel), Cancel)));

        var stored = await database.Db.ReadAsync(session => PasswordStore.FindAsync(session, "ada"), Cancel);
        Assert.Equal((5, _clock.GetUtcNow().AddSeconds(30)), (stored!.Failures, stored.LockedUntil));
    }

    [Fact]
    public async Task Wrong_codes_of_one_address_are_slowed_down()
    {
        await EnrolAsync();
        using var node = new IdentityNode(database.Db, _clock, new() { FailureBurst = 2, FailuresPerMinute = 1 });
        for (var i = 0; i < 2; i++)
            Assert.Equal("tenancy.wrong_code", (await node.AuthenticateAsync(Basic("ada", Good, "000000"))).Failure?.Code);
        Assert.Equal("tenancy.too_many_failures", (await node.AuthenticateAsync(Basic("ada", Good, "000000"))).Failure?.Code);
    }

    [Fact]
    public async Task Recovery_codes_sign_in_once_each_until_new_ones_are_made()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        var device = new Authenticator(begun.Secret);
        var codes = (await ConfirmAsync(device.CodeAt(_clock.GetUtcNow()))).Value.Codes;

        Assert.True((await _node.AuthenticateAsync(Basic("ada", Good, codes[3].ToUpperInvariant()))).Value.SecondFactor);
        Assert.Equal("tenancy.wrong_code", await SignInAsync(codes[3]));
        Assert.Equal(9, (await StatusAsync()).RecoveryCodesLeft);

        var fresh = (await _node.SecondFactors.ReplaceCodesAsync(Basic("ada", Good), Ada, _ada.PrincipalId, codes[4], Cancel)).Value.Codes;
        Assert.Empty(fresh.Intersect(codes));
        Assert.Equal("tenancy.wrong_code", await SignInAsync(codes[5]));
        Assert.Null(await SignInAsync(fresh[5]));
        Assert.Equal(9, (await StatusAsync()).RecoveryCodesLeft);
    }

    [Fact]
    public async Task A_recovery_code_sent_at_once_to_two_servers_is_good_on_one()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        var codes = (await ConfirmAsync(new Authenticator(begun.Secret).CodeAt(_clock.GetUtcNow()))).Value.Codes;
        using var other = new IdentityNode(database.Db, _clock);

        var tried = await Task.WhenAll(new[] { _node, other, _node, other }
            .Select(node => Task.Run(async () => await node.SecondFactors.CheckAsync(Basic("ada", Good), AsAda, codes[0], Cancel), Cancel)));

        Assert.Single(tried, static one => one.Succeeded);
    }

    [Fact]
    public async Task Another_secret_is_begun_only_after_the_present_one_is_removed()
    {
        var first = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        var second = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        Assert.Equal("tenancy.wrong_code", (await ConfirmAsync(new Authenticator(first.Secret).CodeAt(_clock.GetUtcNow()))).Failure?.Code);
        var device = new Authenticator(second.Secret);
        Assert.True((await ConfirmAsync(device.CodeAt(_clock.GetUtcNow()))).Succeeded);

        Assert.Equal("tenancy.second_factor_on", (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.no_second_factor", (await ConfirmAsync(device.CodeAt(_clock.GetUtcNow()))).Failure?.Code);
        Assert.Equal("tenancy.wrong_code", (await RemoveAsync(device.CodeAt(_clock.GetUtcNow()))).Failure?.Code);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False((await RemoveAsync(device.CodeAt(_clock.GetUtcNow()))).Value.Enabled);
        Assert.Null(await SignInAsync(null));
        Assert.Equal(0, (await StatusAsync()).RecoveryCodesLeft);
        Assert.Equal("tenancy.no_second_factor", (await RemoveAsync("000000")).Failure?.Code);
    }

    [Fact]
    public async Task A_change_of_factors_ends_other_sessions_and_raises_ones_own()
    {
        var own = await SessionAsync();
        var other = await SessionAsync();
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        Assert.False((await _node.AuthenticateAsync(Request(own))).Value.SecondFactor);

        var code = new Authenticator(begun.Secret).CodeAt(_clock.GetUtcNow());
        Assert.True((await _node.SecondFactors.ConfirmAsync(Request(own), Ada, _ada.PrincipalId, code, Cancel)).Succeeded);

        Assert.True((await _node.AuthenticateAsync(Request(own))).Value.SecondFactor);
        Assert.Equal("tenancy.session_ended", (await _node.AuthenticateAsync(Request(other))).Failure?.Code);
        Assert.True((await _node.SecondFactors.RemoveAsync(Admin, _ada.PrincipalId, Cancel)).Succeeded);
        Assert.Equal("tenancy.session_ended", (await _node.AuthenticateAsync(Request(own))).Failure?.Code);
        Assert.Null(await SignInAsync(null));
        Assert.Equal("tenancy.no_second_factor", (await _node.SecondFactors.RemoveAsync(Admin, _ada.PrincipalId, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.principal_not_found", (await _node.SecondFactors.RemoveAsync(Admin, "usr_nobody", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_token_is_worth_what_its_maker_showed()
    {
        var before = (await _node.AuthenticateAsync(Basic("ada", Good))).Value;
        var plain = await TokenAsync(before);
        Assert.False(plain.Token.SecondFactor);
        Assert.False((await _node.AuthenticateAsync(Bearer(plain.Secret))).Value.SecondFactor);

        var device = await EnrolAsync();
        Assert.Equal("tenancy.second_factor_required", (await CreateTokenAsync(before)).Failure?.Code);
        var byToken = (await _node.AuthenticateAsync(Bearer(plain.Secret))).Value;
        Assert.Equal("tenancy.second_factor_required", (await CreateTokenAsync(byToken)).Failure?.Code);

        _clock.Advance(TimeSpan.FromSeconds(30));
        var proved = (await _node.AuthenticateAsync(Basic("ada", Good, device.CodeAt(_clock.GetUtcNow())))).Value;
        var strong = await TokenAsync(proved);
        var caller = (await _node.AuthenticateAsync(Bearer(strong.Secret))).Value;
        Assert.True(caller.SecondFactor);
        Assert.True((await TokenAsync(caller)).Token.SecondFactor);
    }

    [Fact]
    public async Task A_token_of_a_service_account_is_worth_what_its_maker_showed()
    {
        await database.Db.WriteAsync<Done>(
            async session =>
            {
                await WorkspaceStore.InsertAsync(session, new Workspace { Id = default, Name = "red" });
                return Done.Ok;
            },
            Cancel);
        var service = (await _node.Principals.CreateServiceAsync(Admin, new() { Name = "robot", Workspace = "red" }, Cancel)).Value;
        var root = (await _node.AuthenticateAsync(Basic("root", Good))).Value;
        foreach (var shown in (bool[])[false, true])
        {
            var made = (await _node.Tokens.CreateAsync(Admin, root with { SecondFactor = shown }, service.PrincipalId, new() { Name = "t" }, Cancel)).Value;
            Assert.Equal(shown, made.Token.SecondFactor);
            Assert.Equal(shown, (await _node.AuthenticateAsync(Bearer(made.Secret))).Value.SecondFactor);
        }
    }

    [Fact]
    public async Task With_another_servers_key_recovery_codes_still_sign_in()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        var device = new Authenticator(begun.Secret);
        var codes = (await ConfirmAsync(device.CodeAt(_clock.GetUtcNow()))).Value.Codes;
        using var moved = new IdentityNode(database.Db, _clock, key: 7);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("tenancy.second_factor_unreadable", (await moved.AuthenticateAsync(Basic("ada", Good, device.CodeAt(_clock.GetUtcNow())))).Failure?.Code);
        Assert.True((await moved.AuthenticateAsync(Basic("ada", Good, codes[0]))).Succeeded);
    }

    [Fact]
    public async Task The_database_holds_neither_secrets_nor_recovery_codes()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value;
        var stored = await database.Db.ReadAsync(session => SecondFactorStore.FindAsync(session, _ada.PrincipalId), Cancel);
        Assert.DoesNotContain(begun.Secret, Encoding.Latin1.GetString(stored!.Secret), StringComparison.OrdinalIgnoreCase);
        Assert.True(stored.Secret.Length > 40);

        Assert.True((await _node.Principals.DeleteAsync(Admin, "person", _ada.PrincipalId, Cancel)).Succeeded);
        Assert.Null(await database.Db.ReadAsync(session => SecondFactorStore.FindAsync(session, _ada.PrincipalId), Cancel));
    }

    [Fact]
    public async Task Who_has_no_password_has_no_second_factor_here()
    {
        var eve = (await _node.Principals.CreatePersonAsync(Admin, new() { Name = "eve" }, Cancel)).Value;
        Assert.Equal("tenancy.no_password", (await _node.SecondFactors.BeginAsync(Admin, eve.PrincipalId, Cancel)).Failure?.Code);
    }

    private static DefaultHttpContext Basic(string name, string password, string? code = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
        context.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
        if (code is not null)
            context.Request.Headers[OrreryHeaders.Code] = code;
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

    private async Task<string> SessionAsync()
    {
        var context = Basic("ada", Good);
        await _node.Sessions.BeginAsync(context, (await _node.AuthenticateAsync(context)).Value, secondFactor: false, Cancel);
        var set = context.Response.Headers.SetCookie.ToString();
        return set[(Sessions.Cookie.Length + 1)..set.IndexOf(';', StringComparison.Ordinal)];
    }

    private async Task<string?> SignInAsync(string? code) => (await _node.AuthenticateAsync(Basic("ada", Good, code))).Failure?.Code;

    private async Task<SecondFactorStatus> StatusAsync() => (await _node.SecondFactors.StatusAsync(_ada.PrincipalId, Cancel)).Value;

    private async Task<Result<RecoveryCodes>> ConfirmAsync(string code) =>
        await _node.SecondFactors.ConfirmAsync(Basic("ada", Good), Ada, _ada.PrincipalId, code, Cancel);

    private async Task<Result<SecondFactorStatus>> RemoveAsync(string code) =>
        await _node.SecondFactors.RemoveAsync(Basic("ada", Good), Ada, _ada.PrincipalId, code, Cancel);

    private async Task<Result<CreatedAccessToken>> CreateTokenAsync(Caller caller) =>
        await _node.Tokens.CreateAsync(Ada, caller, _ada.PrincipalId, new() { Name = "t" }, Cancel);

    private async Task<CreatedAccessToken> TokenAsync(Caller caller) => (await CreateTokenAsync(caller)).Value;

    private async Task<Authenticator> EnrolAsync()
    {
        var device = new Authenticator((await _node.SecondFactors.BeginAsync(Ada, _ada.PrincipalId, Cancel)).Value.Secret);
        Assert.True((await ConfirmAsync(device.CodeAt(_clock.GetUtcNow()))).Succeeded);
        return device;
    }
}

public sealed class SecondFactorOnSqlite() : SecondFactorBehaviour(new SqliteDatabase());

public sealed class SecondFactorOnPostgres() : SecondFactorBehaviour(new PostgresDatabase());

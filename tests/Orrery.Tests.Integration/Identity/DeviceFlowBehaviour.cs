using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>How a program is let in by a person, and how it is not, on every database.</summary>
public abstract class DeviceFlowBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private const string Page = "https://orrery.example.com/device";
    private static readonly Actor Admin = new(WorkspaceId.Platform, "platform", "root");
    private readonly FakeTimeProvider _clock = new();
    private IdentityNode _node = null!;
    private Principal _ada = null!;
    private Principal _bob = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Caller AsAda => new(_ada.PrincipalId, "ada", "session");

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new IdentityNode(database.Db, _clock);
        Assert.True((await _node.Principals.CreateFirstAdminAsync(Admin, "root", Good, Cancel)).Succeeded);
        _ada = (await _node.Principals.CreatePersonAsync(Admin, new() { Name = "ada", Password = Good }, Cancel)).Value;
        _bob = (await _node.Principals.CreatePersonAsync(Admin, new() { Name = "bob", Password = Good }, Cancel)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_program_gets_a_token_of_the_person_who_typed_its_code()
    {
        var device = await BeginAsync("mlops on laptop", days: 7);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", device.UserCode);
        Assert.Equal((Page, $"{Page}?code={device.UserCode}", 600, 5), (device.VerificationUri, device.VerificationUriComplete, device.ExpiresIn, device.Interval));
        Assert.Equal("authorization_pending", await PollAsync(device));

        var typed = device.UserCode.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant();
        var seen = (await _node.Devices.FindAsync(From("192.0.2.9"), AsAda, typed, Cancel)).Value;
        Assert.Equal(("mlops on laptop", "198.51.100.7", 7), (seen.ClientName, seen.Address, seen.TokenDays));
        Assert.True((await DecideAsync(AsAda, typed, approve: true)).Succeeded);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var made = (await TakeAsync(device)).Value;

        Assert.Equal((_ada.PrincipalId, "mlops on laptop", _clock.GetUtcNow().AddDays(7)), (made.Token.PrincipalId, made.Token.Name, made.Token.ExpiresAt));
        Assert.Equal("ada", (await _node.Tokens.CheckAsync(From("198.51.100.7"), made.Secret, Cancel)).Value.Name);
        foreach (var action in (string[])["device.begin", "device.approve", "token.create"])
            Assert.Equal(1, await TrailAsync(action));
    }

    [Fact]
    public async Task A_code_gives_one_token_whoever_asks_at_once_and_on_whichever_server()
    {
        using var other = new IdentityNode(database.Db, _clock);
        var device = await BeginAsync();
        Assert.True((await other.Devices.DecideAsync(From("192.0.2.9"), AsAda, device.UserCode, approve: true, Cancel)).Succeeded);

        var tried = await Task.WhenAll(new[] { _node, other, _node, other }.Select(node =>
            Task.Run(async () => await node.Devices.TakeAsync(From("198.51.100.7"), device.DeviceCode, Cancel), Cancel)));

        Assert.Single(tried, static one => one.Succeeded);
        Assert.All(tried.Where(static one => !one.Succeeded), static one => Assert.Equal("invalid_grant", one.Failure?.Code));
        Assert.Single((await _node.Tokens.ListAsync(_ada.PrincipalId, 100, null, Cancel)).Value.Tokens);
        Assert.Equal("invalid_grant", await PollAsync(device));
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_to_slow_down_and_has_to_keep_to_it()
    {
        var device = await BeginAsync();
        Assert.Equal("authorization_pending", await PollAsync(device));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("slow_down", await PollAsync(device));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("slow_down", await PollAsync(device));
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("authorization_pending", await PollAsync(device));
        // Yes is yes, whenever it is fetched.
        Assert.True((await DecideAsync(AsAda, device.UserCode, approve: true)).Succeeded);
        Assert.True((await TakeAsync(device)).Succeeded);
    }

    [Fact]
    public async Task Codes_end_after_ten_minutes_decided_or_not()
    {
        var (late, approved) = (await BeginAsync(), await BeginAsync());
        Assert.True((await DecideAsync(AsAda, approved.UserCode, approve: true)).Succeeded);
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("expired_token", await PollAsync(late));
        Assert.Equal("expired_token", await PollAsync(approved));
        Assert.Equal("tenancy.device_code_not_found", (await _node.Devices.FindAsync(From("192.0.2.9"), AsAda, late.UserCode, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.device_code_not_found", (await DecideAsync(AsAda, late.UserCode, approve: true)).Failure?.Code);
        Assert.Empty((await _node.Tokens.ListAsync(_ada.PrincipalId, 100, null, Cancel)).Value.Tokens);
        _clock.Advance(TimeSpan.FromMinutes(61));
        await BeginAsync();
        Assert.Equal("invalid_grant", await PollAsync(late));
    }

    [Fact]
    public async Task A_code_is_decided_on_once_and_by_one_person()
    {
        var bob = new Caller(_bob.PrincipalId, "bob", "session");
        var device = await BeginAsync();
        Assert.True((await DecideAsync(AsAda, device.UserCode, approve: true)).Succeeded);
        Assert.Equal("tenancy.device_code_not_found", (await DecideAsync(bob, device.UserCode, approve: true)).Failure?.Code);
        Assert.Equal("tenancy.device_code_not_found", (await DecideAsync(bob, device.UserCode, approve: false)).Failure?.Code);
        Assert.Equal("tenancy.device_code_not_found", (await _node.Devices.FindAsync(From("192.0.2.9"), bob, device.UserCode, Cancel)).Failure?.Code);
        Assert.Equal(_ada.PrincipalId, (await TakeAsync(device)).Value.Token.PrincipalId);
    }

    [Fact]
    public async Task No_is_no()
    {
        var device = await BeginAsync();
        Assert.True((await DecideAsync(AsAda, device.UserCode, approve: false)).Succeeded);
        Assert.Equal("access_denied", await PollAsync(device));
        Assert.Equal("tenancy.device_code_not_found", (await DecideAsync(AsAda, device.UserCode, approve: true)).Failure?.Code);
        Assert.Equal("access_denied", await PollAsync(device));
        Assert.Equal(1, await TrailAsync("device.deny"));
    }

    [Fact]
    public async Task Only_a_session_of_a_browser_lets_programs_in()
    {
        var device = await BeginAsync();
        foreach (var method in (string[])["token", "password", "none"])
        {
            var caller = AsAda with { Method = method };
            Assert.Equal("tenancy.session_needed", (await _node.Devices.FindAsync(From("192.0.2.9"), caller, device.UserCode, Cancel)).Failure?.Code);
            Assert.Equal("tenancy.session_needed", (await DecideAsync(caller, device.UserCode, approve: true)).Failure?.Code);
        }

        Assert.Equal("authorization_pending", await PollAsync(device));
    }

    [Fact]
    public async Task Who_is_disabled_between_the_yes_and_the_question_gives_nothing()
    {
        var device = await BeginAsync();
        Assert.True((await DecideAsync(AsAda, device.UserCode, approve: true)).Succeeded);
        Assert.True((await _node.Principals.SetStateAsync(Admin, "person", _ada.PrincipalId, "disabled", Cancel)).Succeeded);
        Assert.Equal("access_denied", await PollAsync(device));
        Assert.Empty((await _node.Tokens.ListAsync(_ada.PrincipalId, 100, null, Cancel)).Value.Tokens);
    }

    [Fact]
    public async Task Who_has_a_second_factor_has_to_have_shown_it()
    {
        var begun = (await _node.SecondFactors.BeginAsync(Admin, _ada.PrincipalId, Cancel)).Value;
        var confirmed = await _node.SecondFactors.ConfirmAsync(From("192.0.2.9"), Admin, _ada.PrincipalId, new Authenticator(begun.Secret).CodeAt(_clock.GetUtcNow()), Cancel);
        Assert.True(confirmed.Succeeded);
        var device = await BeginAsync();

        Assert.Equal("tenancy.second_factor_required", (await DecideAsync(AsAda, device.UserCode, approve: true)).Failure?.Code);
        Assert.Equal("authorization_pending", await PollAsync(device));
        Assert.True((await DecideAsync(AsAda with { SecondFactor = true }, device.UserCode, approve: true)).Succeeded);
        Assert.True((await TakeAsync(device)).Value.Token.SecondFactor);
    }

    [Fact]
    public async Task Guesses_of_both_codes_and_beginnings_without_end_are_slowed_down()
    {
        using var node = new IdentityNode(database.Db, _clock, new() { FailureBurst = 3, FailuresPerMinute = 1 });
        var device = (await node.Devices.BeginAsync(From("198.51.100.7"), new() { ClientName = "x" }, Page, Cancel)).Value;
        for (var i = 0; i < 3; i++)
            Assert.Equal("tenancy.device_code_not_found", (await node.Devices.FindAsync(From("192.0.2.66"), AsAda, "BCDF-BCDF", Cancel)).Failure?.Code);
        // The right one too, once it was one guess too many.
        Assert.Equal("tenancy.too_many_failures", (await node.Devices.FindAsync(From("192.0.2.66"), AsAda, device.UserCode, Cancel)).Failure?.Code);
        Assert.Equal("tenancy.too_many_failures", (await node.Devices.DecideAsync(From("192.0.2.66"), AsAda, device.UserCode, approve: true, Cancel)).Failure?.Code);
        for (var i = 0; i < 3; i++)
            Assert.Equal("invalid_grant", (await node.Devices.TakeAsync(From("192.0.2.67"), new string('0', 64), Cancel)).Failure?.Code);
        Assert.Equal("tenancy.too_many_failures", (await node.Devices.TakeAsync(From("192.0.2.67"), device.DeviceCode, Cancel)).Failure?.Code);

        var refused = 0;
        for (var i = 0; i < 40; i++)
            refused += (await node.Devices.BeginAsync(From("192.0.2.68"), new() { ClientName = "x" }, Page, Cancel)).Failure?.Code is "tenancy.too_many_failures" ? 1 : 0;
        Assert.Equal(10, refused);
    }

    [Theory]
    [InlineData("", null, "tenancy.invalid_client_name")]
    [InlineData("a\nb", null, "tenancy.invalid_client_name")]
    [InlineData("x", 0, "tenancy.invalid_expiry")]
    [InlineData("x", 91, "tenancy.invalid_expiry")]
    public async Task What_is_asked_for_is_checked(string name, int? days, string code) =>
        Assert.Equal(code, (await _node.Devices.BeginAsync(From("198.51.100.7"), new() { ClientName = name, TokenDays = days }, Page, Cancel)).Failure?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("BCDF")]
    [InlineData("AEIO-UYAE")]
    [InlineData("'; drop table ten_device_code; --")]
    public async Task What_cannot_be_a_code_is_not_found(string typed) =>
        Assert.Equal("tenancy.device_code_not_found", (await DecideAsync(AsAda, typed, approve: true)).Failure?.Code);

    [Fact]
    public async Task Neither_code_is_in_the_database_as_it_is()
    {
        var device = await BeginAsync();
        var found = await database.Db.ReadAsync(session => DeviceCodeStore.FindByDeviceAsync(session, DeviceCodes.HashOfDeviceCode(device.DeviceCode)), Cancel);
        Assert.NotEqual(System.Text.Encoding.UTF8.GetBytes(device.DeviceCode), found!.DeviceCode);
        // Another server's key: what was typed is not found with it, though the code is right.
        using var stranger = new IdentityNode(database.Db, _clock, key: 9);
        Assert.Equal("tenancy.device_code_not_found", (await stranger.Devices.FindAsync(From("192.0.2.9"), AsAda, device.UserCode, Cancel)).Failure?.Code);
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = System.Net.IPAddress.Parse(address) } };

    private async Task<DeviceAuthorization> BeginAsync(string name = "mlops", int? days = null) =>
        (await _node.Devices.BeginAsync(From("198.51.100.7"), new() { ClientName = name, TokenDays = days }, Page, Cancel)).Value;

    private async Task<Result<CreatedAccessToken>> TakeAsync(DeviceAuthorization device) =>
        await _node.Devices.TakeAsync(From("198.51.100.7"), device.DeviceCode, Cancel);

    private async Task<string?> PollAsync(DeviceAuthorization device) => (await TakeAsync(device)).Failure?.Code;

    private async Task<Result<WaitingDevice>> DecideAsync(Caller caller, string code, bool approve) =>
        await _node.Devices.DecideAsync(From("192.0.2.9"), caller, code, approve, Cancel);

    private async Task<int> TrailAsync(string action) => (await AuditedActs.BodiesAsync(database.Db, _clock, action, Cancel)).Count;
}

public sealed class DeviceFlowOnSqlite() : DeviceFlowBehaviour(new SqliteDatabase());

public sealed class DeviceFlowOnPostgres() : DeviceFlowBehaviour(new PostgresDatabase());

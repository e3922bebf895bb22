using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who is still known while the database is away, and for how long.</summary>
public sealed class IdentityOutageTests : IAsyncLifetime
{
    private static readonly Actor Admin = new(WorkspaceId.Platform, "platform", "root");

    private readonly SqliteDatabase _database = new();
    private readonly FakeTimeProvider _clock = new();
    private SwitchedDb _db = null!;
    private IdentityNode _node = null!;
    private Caller _caller = null!;
    private string _secret = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _db = new SwitchedDb(_database.Db);
        _node = new IdentityNode(_db, _clock, new() { OutageGrace = TimeSpan.FromMinutes(10) });
        var root = (await _node.Principals.CreateFirstAdminAsync(Admin, "root", "plum-tractor-97", Cancel)).Value;
        _caller = new Caller(root.PrincipalId, "root", "password");
        _secret = (await _node.Tokens.CreateAsync(Admin, _caller, root.PrincipalId, new() { Name = "program" }, Cancel)).Value.Secret;
        Assert.Equal("root", (await AskAsync(_secret)).Value.Name);
        await _node.Access.RightsAsync(_caller, 0, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_was_used_here_is_good_for_the_grace_and_no_longer(bool isNoticed)
    {
        _db.IsAway = true;
        if (isNoticed)
            _node.Epoch.NotHeard();
        _clock.Advance(TimeSpan.FromMinutes(9));

        Assert.Equal("root", (await AskAsync(_secret)).Value.Name);
        Assert.True((await _node.Access.RightsAsync(_caller, 0, Cancel)).Whole.Has(PermissionCatalogue.IndexOf("identity.manage")));

        _clock.Advance(TimeSpan.FromMinutes(2));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await AskAsync(_secret));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await _node.Access.RightsAsync(_caller, 0, Cancel));
    }

    [Fact]
    public async Task A_token_that_was_not_used_here_is_not_let_in()
    {
        var other = (await _node.Tokens.CreateAsync(Admin, _caller, _caller.PrincipalId, new() { Name = "other" }, Cancel)).Value.Secret;
        _db.IsAway = true;

        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await AskAsync(other));
    }

    [Fact]
    public async Task What_was_revoked_meanwhile_ends_when_the_database_is_heard_again()
    {
        _db.IsAway = true;
        _node.Epoch.NotHeard();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await AskAsync(_secret)).Succeeded);

        // On another server, that has the database.
        using (var elsewhere = new IdentityNode(_database.Db, _clock))
        {
            var token = Assert.Single((await elsewhere.Tokens.ListAsync(_caller.PrincipalId, 10, null, Cancel)).Value.Tokens);
            Assert.True((await elsewhere.Tokens.RevokeAsync(Admin, _caller.PrincipalId, token.TokenId, Cancel)).Succeeded);
        }

        Assert.True((await AskAsync(_secret)).Succeeded);
        _db.IsAway = false;
        await _node.Epoch.LookAsync(Cancel);
        Assert.False(_node.Epoch.IsSilent);
        Assert.Equal("tenancy.unknown_token", (await AskAsync(_secret)).Failure?.Code);
    }

    private ValueTask<Result<Caller>> AskAsync(string secret)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {secret}";
        return _node.AuthenticateAsync(context);
    }
}

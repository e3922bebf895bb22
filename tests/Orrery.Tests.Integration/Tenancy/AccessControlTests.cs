using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who may do what, from what was granted.</summary>
public abstract class AccessControlTests(TestDatabase database) : IAsyncLifetime
{
    private static readonly Caller Admin = Caller.LocalAdmin;
    private static readonly Actor Red = new(new WorkspaceId(2), "red", "local-admin");
    private static readonly Actor Blue = new(new WorkspaceId(3), "blue", "local-admin");
    private readonly FakeTimeProvider _time = new();
    private ServiceProvider _services = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Grants Grants => _services.GetRequiredService<Grants>();

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _services = Build();
        await database.Db.WriteAsync<Done>(
            async session =>
            {
                foreach (var sql in Seed)
                {
                    using var statement = session.Sql(sql);
                    await statement.ExecuteAsync();
                }

                return Done.Ok;
            }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_role_on_a_workspace_holds_there_and_nowhere_else()
    {
        await GiveAsync(Red, "ann", "data-scientist");

        Assert.True((await CheckAsync("usr_ann", Red, "tracking.write")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Red, "registry.promote")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Blue, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task A_role_of_the_platform_holds_in_every_workspace()
    {
        await GiveAsync(new Actor(WorkspaceId.Platform, "platform", "local-admin"), "ann", "auditor");

        Assert.True((await CheckAsync("usr_ann", Red, "audit.read")).Allowed);
        Assert.True((await CheckAsync("usr_ann", Blue, "tracking.read")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Blue, "tracking.write")).Allowed);
    }

    [Fact]
    public async Task A_role_of_a_group_is_its_members_role()
    {
        await GiveAsync(Red, "scientists", "viewer");

        Assert.True((await CheckAsync("usr_ann", Red, "tracking.read", groups: ["grp_scientists"])).Allowed);
        Assert.False((await CheckAsync("usr_bob", Red, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task A_grant_on_one_object_reaches_that_object_by_endpoints_that_hold_objects_apart()
    {
        await GiveAsync(Red, "ann", "viewer", "experiment", "7");

        Assert.Equal(["7"], (await CheckAsync("usr_ann", Red, "tracking.read", "experiment")).Limits!.Ids);
        Assert.False((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Red, "tracking.write", "experiment")).Allowed);
    }

    [Fact]
    public async Task A_shared_object_is_read_by_everybody_with_a_role_in_the_other_workspace()
    {
        await GiveAsync(Blue, "bob", "viewer");
        var shared = await Grants.GiveAsync(Red, Admin, new(SubjectKinds.Workspace, "blue", "viewer", "model", "m1", null), Cancel);

        Assert.True(shared.Succeeded, shared.Failure?.Message);
        Assert.Equal(["m1"], (await CheckAsync("usr_bob", Red, "registry.read", "model")).Limits!.Ids);
        Assert.False((await CheckAsync("usr_bob", Red, "registry.write", "model")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Red, "registry.read", "model")).Allowed);
        Assert.Equal("red", Assert.Single(await Grants.SharedWithAsync(Blue, Cancel)).SubjectName);
    }

    [Fact]
    public async Task A_token_never_gives_more_than_its_scope()
    {
        await GiveAsync(Red, "ann", "workspace-admin");
        await GiveAsync(Blue, "ann", "workspace-admin");
        var scope = new TokenScope("t1", Red.Workspace.Value, new HashSet<string> { "tracking.read" });

        Assert.True((await CheckAsync("usr_ann", Red, "tracking.read", token: scope)).Allowed);
        Assert.False((await CheckAsync("usr_ann", Red, "tracking.write", token: scope)).Allowed);
        Assert.False((await CheckAsync("usr_ann", Blue, "tracking.read", token: scope)).Allowed);
    }

    [Fact]
    public async Task A_role_taken_back_is_gone_at_once()
    {
        var grant = await GiveAsync(Red, "ann", "viewer");
        Assert.True((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);

        Assert.True((await Grants.TakeAsync(Red, Admin, grant.Id, Cancel)).Succeeded);

        Assert.False((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task A_grant_ends_at_its_time()
    {
        var order = new GrantOrder(SubjectKinds.Principal, "ann", "viewer", "", "", _time.GetUtcNow().AddSeconds(30));
        Assert.True((await Grants.GiveAsync(Red, Admin, order, Cancel)).Succeeded);
        Assert.True((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);

        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.False((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task Nobody_gives_more_than_they_have()
    {
        await GiveAsync(Red, "ann", "workspace-admin");
        var ann = new Caller("usr_ann", "ann", "password");

        var more = await Grants.PutRoleAsync(Red, ann, new CustomRole("quota-lifter", "", ["quota.manage"]), Cancel);
        var own = await Grants.PutRoleAsync(Red, ann, new CustomRole("reader", "", ["tracking.read"]), Cancel);

        Assert.Equal("tenancy.beyond_own_rights", more.Failure?.Code);
        Assert.True(own.Succeeded, own.Failure?.Message);
        Assert.True((await Grants.GiveAsync(Red, ann, new(SubjectKinds.Principal, "bob", "reader", "", "", null), Cancel)).Succeeded);
        Assert.True((await CheckAsync("usr_bob", Red, "tracking.read")).Allowed);
        Assert.False((await CheckAsync("usr_bob", Red, "registry.read")).Allowed);
    }

    [Fact]
    public async Task Nobody_gives_through_a_token_more_than_it_is_good_for()
    {
        await GiveAsync(Red, "ann", "workspace-admin");
        await GiveAsync(Blue, "ann", "workspace-admin");
        var ann = new Caller("usr_ann", "ann", "token") { Token = new("t1", Red.Workspace.Value, new HashSet<string> { "workspace.manage", "tracking.read" }) };
        GrantOrder Order(string role) => new(SubjectKinds.Principal, "bob", role, "", "", null);

        Assert.Equal("tenancy.beyond_own_rights", (await Grants.GiveAsync(Red, ann, Order("workspace-admin"), Cancel)).Failure?.Code);
        Assert.Equal("tenancy.beyond_own_rights", (await Grants.PutRoleAsync(Red, ann, new("writer", "", ["tracking.write"]), Cancel)).Failure?.Code);
        Assert.True((await Grants.PutRoleAsync(Red, ann, new("reader", "", ["tracking.read"]), Cancel)).Succeeded);
        Assert.True((await Grants.GiveAsync(Red, ann, Order("reader"), Cancel)).Succeeded);
        Assert.Equal("tenancy.beyond_own_rights", (await Grants.GiveAsync(Blue, ann, Order("viewer"), Cancel)).Failure?.Code);
        Assert.Equal("tenancy.beyond_own_rights", (await Grants.PutRoleAsync(Blue, ann, new("reader", "", ["tracking.read"]), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Taking_a_role_back_needs_what_it_gives_unless_it_is_ones_own()
    {
        await Grants.PutRoleAsync(Red, Admin, new("door-keeper", "", ["workspace.manage", "workspace.read"]), Cancel);
        var keeper = await GiveAsync(Red, "bob", "door-keeper");
        var admin = await GiveAsync(Red, "ann", "workspace-admin");
        var bob = new Caller("usr_bob", "bob", "password");

        Assert.Equal("tenancy.beyond_own_rights", (await Grants.TakeAsync(Red, bob, admin.Id, Cancel)).Failure?.Code);
        Assert.True((await CheckAsync("usr_ann", Red, "workspace.manage")).Allowed);
        Assert.True((await Grants.TakeAsync(Red, bob, keeper.Id, Cancel)).Succeeded);

        var platform = new Actor(WorkspaceId.Platform, "platform", "local-admin");
        await GiveAsync(platform, "bob", "platform-admin");
        Assert.True((await Grants.TakeAsync(Red, bob, admin.Id, Cancel)).Succeeded);
        Assert.False((await CheckAsync("usr_ann", Red, "workspace.manage")).Allowed);
    }

    [Fact]
    public async Task A_role_that_gives_more_than_one_has_is_not_made_smaller_either()
    {
        await Grants.PutRoleAsync(Red, Admin, new("lifter", "", ["quota.manage", "tracking.read"]), Cancel);
        await GiveAsync(Red, "ann", "workspace-admin");
        var ann = new Caller("usr_ann", "ann", "password");

        Assert.Equal("tenancy.beyond_own_rights", (await Grants.PutRoleAsync(Red, ann, new("lifter", "", ["tracking.read"]), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Who_runs_a_workspace_appoints_its_auditor_who_sees_nothing_of_the_platform()
    {
        await GiveAsync(Red, "ann", "workspace-admin");
        var ann = new Caller("usr_ann", "ann", "password");

        var given = await Grants.GiveAsync(Red, ann, new(SubjectKinds.Principal, "bob", "auditor", "", "", null), Cancel);

        Assert.True(given.Succeeded, given.Failure?.Message);
        Assert.True((await CheckAsync("usr_bob", Red, "audit.read")).Allowed);
        Assert.False((await CheckAsync("usr_bob", new Actor(WorkspaceId.Platform, "platform", ""), "identity.read")).Allowed);
        Assert.True((await Grants.TakeAsync(Red, ann, given.Value.Id, Cancel)).Succeeded);
    }

    [Theory]
    [InlineData("nobody", "viewer", "", "", "tenancy.unknown_subject")]
    [InlineData("ann", "king", "", "", "tenancy.unknown_role")]
    [InlineData("ann", "viewer", "experiment", "", "tenancy.invalid_grant")]
    [InlineData("ann", "viewer", "experiment", "404", "tenancy.unknown_object")]
    [InlineData("ann", "platform-admin", "", "", "tenancy.invalid_grant")]
    public async Task A_grant_that_makes_no_sense_is_refused(string subject, string role, string kind, string target, string code) =>
        Assert.Equal(code, (await Grants.GiveAsync(Red, Admin, new(SubjectKinds.Principal, subject, role, kind, target, null), Cancel)).Failure?.Code);

    private static readonly string[] Seed =
    [
        "insert into ten_workspace (tenant_id, name, created_at) values (2, 'red', 0), (3, 'blue', 0)",
        """
        insert into ten_principal (principal_id, kind, name, display_name, state, owner_tenant, created_by, created_at, updated_at)
        values ('usr_ann', 'person', 'ann', '', 'active', 0, 'test', 0, 0), ('usr_bob', 'person', 'bob', '', 'active', 0, 'test', 0, 0),
               ('grp_scientists', 'group', 'scientists', '', 'active', 0, 'test', 0, 0)
        """,
    ];

    private ServiceProvider Build() => new ServiceCollection()
        .AddSingleton(database.Db)
        .AddSingleton<TimeProvider>(_time)
        .AddSingleton(TestAudit.Log(database.Db, _time))
        .AddSingleton<AccessEpoch>()
        .AddSingleton<AccessControl>()
        .AddSingleton<Grants>()
        .AddSingleton<IGrantableObjects>(new Known("experiment", "7"))
        .AddSingleton<IGrantableObjects>(new Known("model", "m1"))
        .BuildServiceProvider();

    private async Task<Grant> GiveAsync(Actor actor, string subject, string role, string kind = "", string target = "") =>
        (await Grants.GiveAsync(actor, Admin, new(SubjectKinds.Principal, subject, role, kind, target, null), Cancel)).Value;

    private async Task<AccessVerdict> CheckAsync(
        string principal, Actor where, string permission, string? objectKind = null, TokenScope? token = null, IReadOnlyList<string>? groups = null)
    {
        var access = _services.GetRequiredService<AccessControl>();
        var caller = new Caller(principal, principal, "token") { Token = token, Groups = groups ?? [] };
        var rights = await access.RightsAsync(caller, where.Workspace.Value, Cancel);
        return AccessControl.Check(caller, rights, where.Workspace.Value, PermissionCatalogue.Find(permission)!, objectKind);
    }

    private sealed class Known(string kind, string id) : IGrantableObjects
    {
        public string Kind => kind;

        public ValueTask<string?> FindAsync(DbSession session, WorkspaceId workspace, string idOrName) => new(idOrName == id ? id : null);
    }
}

public sealed class SqliteAccessControlTests() : AccessControlTests(new SqliteDatabase());

public sealed class PostgresAccessControlTests() : AccessControlTests(new PostgresDatabase());

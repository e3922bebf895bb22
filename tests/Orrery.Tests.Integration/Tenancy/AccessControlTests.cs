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
    private static readonly Actor Platform = new(WorkspaceId.Platform, "platform", "local-admin");
    private readonly FakeTimeProvider _time = new();
    private ServiceProvider _services = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Grants Grants => _services.GetRequiredService<Grants>();

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _services = Build();
        foreach (var sql in Seed)
            await ChangeAsync(sql);
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
        await GiveAsync(Platform, "ann", "auditor");

        Assert.True((await CheckAsync("usr_ann", Red, "audit.read")).Allowed);
        Assert.True((await CheckAsync("usr_ann", Blue, "tracking.read")).Allowed);
        Assert.False((await CheckAsync("usr_ann", Blue, "tracking.write")).Allowed);
    }

    [Fact]
    public async Task A_role_of_a_group_is_its_members_role()
    {
        await GiveAsync(Red, "scientists", "viewer");
        await JoinAsync("usr_ann");

        Assert.True((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);
        Assert.False((await CheckAsync("usr_bob", Red, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task A_call_that_began_before_its_caller_left_a_group_does_not_bring_the_groups_role_back()
    {
        await GiveAsync(Red, "scientists", "viewer");
        await JoinAsync("usr_ann");
        var before = new Caller("usr_ann", "ann", "token") { Groups = ["grp_scientists"] };
        await ChangeAsync("delete from ten_member");
        await _services.GetRequiredService<AccessEpoch>().LookAsync(Cancel);

        Assert.True((await _services.GetRequiredService<AccessControl>().RightsAsync(before, Red.Workspace.Value, Cancel)).IsEmpty);
        Assert.False((await CheckAsync("usr_ann", Red, "tracking.read")).Allowed);
    }

    [Fact]
    public async Task A_remembered_check_allocates_nothing()
    {
        await GiveAsync(Red, "ann", "viewer");
        var access = _services.GetRequiredService<AccessControl>();
        var ann = new Caller("usr_ann", "ann", "token");
        var permission = PermissionCatalogue.Find("tracking.read")!;
        await access.RightsAsync(ann, Red.Workspace.Value, Cancel);
        bool Ask()
        {
            var pending = access.RightsAsync(ann, Red.Workspace.Value, CancellationToken.None);
            return pending.IsCompletedSuccessfully && AccessControl.Check(ann, pending.Result, Red.Workspace.Value, permission, objectKind: null).Allowed;
        }

        Assert.True(Ask());
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Ask();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
    }

    [Fact]
    public async Task A_workspace_that_changes_while_it_is_read_is_read_again()
    {
        var setup = new ChangesMeanwhile(_services.GetRequiredService<AccessEpoch>());
        var workspaces = Workspaces(setup);

        Assert.False((await workspaces.FindForAsync(Admin, "green", Cancel)).Value.NeedsSecondFactor);
        Assert.True((await workspaces.FindForAsync(Admin, "green", Cancel)).Value.NeedsSecondFactor);
    }

    [Fact]
    public async Task What_is_remembered_of_a_workspace_ends_by_its_age()
    {
        var workspaces = Workspaces();
        var ann = new Caller("usr_ann", "ann", "token");
        Assert.False((await workspaces.FindForAsync(ann, "red", Cancel)).Value.NeedsSecondFactor);
        Assert.Equal("tenancy.workspace_not_found", (await workspaces.FindForAsync(ann, "green", Cancel)).Failure?.Code);
        await ChangeAsync("update ten_workspace set needs_second_factor = 1");
        await ChangeAsync("insert into ten_workspace (tenant_id, name, created_at) values (9, 'green', 0)");
        Assert.False((await workspaces.FindForAsync(ann, "red", Cancel)).Value.NeedsSecondFactor);

        _time.Advance(TimeSpan.FromSeconds(61));

        Assert.True((await workspaces.FindForAsync(ann, "red", Cancel)).Value.NeedsSecondFactor);
        Assert.True((await workspaces.FindForAsync(ann, "green", Cancel)).Succeeded);
    }

    [Fact]
    public async Task A_workspace_that_is_made_is_found_by_who_asked_for_it_before()
    {
        var workspaces = Workspaces();
        var ann = new Caller("usr_ann", "ann", "token");
        Assert.Equal("tenancy.workspace_not_found", (await workspaces.FindForAsync(ann, "green", Cancel)).Failure?.Code);

        Assert.True((await workspaces.CreateAsync(Platform, new Workspace { Id = default, Name = "green" }, Cancel)).Succeeded);

        Assert.True((await workspaces.FindForAsync(ann, "green", Cancel)).Succeeded);
    }

    [Fact]
    public async Task One_sees_the_workspaces_one_has_something_in_and_the_token_is_good_for()
    {
        await ChangeAsync("update ten_workspace set display_name = 'Title', description = 'd', contact = 'c', cost_centre = 'e'");
        await GiveAsync(Red, "ann", "viewer");
        await GiveAsync(Blue, "ann", "viewer", "experiment", "7");
        await GiveAsync(Platform, "bob", "viewer");

        var anns = await ListAsync("usr_ann");
        Assert.Equal(["blue", "red"], anns.Select(static w => w.Name));
        Assert.Equal(("Title", "", "", ""), (anns[0].DisplayName, anns[0].Description, anns[0].Contact, anns[0].CostCentre));
        Assert.Equal(("Title", "d", "c", "e"), (anns[1].DisplayName, anns[1].Description, anns[1].Contact, anns[1].CostCentre));
        Assert.Equal(["red"], (await ListAsync("usr_ann", Red.Workspace.Value)).Select(static w => w.Name));
        Assert.Subset((await ListAsync("usr_bob")).Select(static w => w.Name).ToHashSet(), new HashSet<string> { "blue", "red" });
        Assert.Empty(await ListAsync("usr_eve"));
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
        var seen = Assert.Single(await Grants.SharedWithAsync(Blue, Cancel));
        Assert.Equal(("red", "model of 2"), (seen.SubjectName, seen.ObjectName));
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

        await GiveAsync(Platform, "bob", "platform-admin");
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
        Assert.False((await CheckAsync("usr_bob", Platform, "identity.read")).Allowed);
        Assert.True((await Grants.TakeAsync(Red, ann, given.Value.Id, Cancel)).Succeeded);
    }

    [Fact]
    public async Task A_grant_finds_a_name_however_it_is_written_and_says_what_the_object_is_called()
    {
        var given = await GiveAsync(Red, "Ann", "viewer", "experiment", "7");
        await GiveAsync(Red, "bob", "viewer");

        Assert.Equal(("ann", "experiment of 2"), (given.SubjectName, given.ObjectName));
        Assert.Equal([null, "experiment of 2"], (await Grants.ListAsync(Red, null, null, 10, null, Cancel)).Value.Items.Select(static g => g.ObjectName).Order());
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
        .AddSingleton(new IdentityOptions())
        .AddSingleton<AccessEpoch>()
        .AddSingleton<AccessControl>()
        .AddSingleton<Grants>()
        .AddSingleton<IGrantableObjects>(new Known("experiment", "7"))
        .AddSingleton<IGrantableObjects>(new Known("model", "m1"))
        .BuildServiceProvider();

    private async Task<Grant> GiveAsync(Actor actor, string subject, string role, string kind = "", string target = "") =>
        (await Grants.GiveAsync(actor, Admin, new(SubjectKinds.Principal, subject, role, kind, target, null), Cancel)).Value;

    private async Task JoinAsync(string principal)
    {
        await ChangeAsync($"insert into ten_member (group_id, principal_id, source, added_at) values ('grp_scientists', '{principal}', 'local', 0)");
        await _services.GetRequiredService<AccessEpoch>().LookAsync(Cancel);
    }

    // As another server would: raises the number, and does not look at it.
    private async Task ChangeAsync(string sql) => await database.Db.WriteAsync<Done>(
        async session =>
        {
            using var statement = session.Sql(sql);
            await statement.ExecuteAsync();
            await AccessEpoch.RaiseAsync(session);
            return Done.Ok;
        }, Cancel);

    private async Task<IReadOnlyList<Workspace>> ListAsync(string principal, long? only = null) =>
        (await Workspaces().ListAsync([principal], only, "", 100, Cancel)).Items;

    private Workspaces Workspaces(params IWorkspaceSetup[] setups) =>
        new(database.Db, setups, _services.GetRequiredService<AccessEpoch>(), TestAudit.Log(database.Db, _time), _time);

    private async Task<AccessVerdict> CheckAsync(
        string principal, Actor where, string permission, string? objectKind = null, TokenScope? token = null)
    {
        var access = _services.GetRequiredService<AccessControl>();
        var caller = new Caller(principal, principal, "token") { Token = token };
        var rights = await access.RightsAsync(caller, where.Workspace.Value, Cancel);
        return AccessControl.Check(caller, rights, where.Workspace.Value, PermissionCatalogue.Find(permission)!, objectKind);
    }

    // Another server's change, seen after this one has read the row and before it remembers it.
    private sealed class ChangesMeanwhile(AccessEpoch epoch) : IWorkspaceSetup
    {
        public async ValueTask SetUpAsync(DbSession session, WorkspaceId workspace, CancellationToken cancel)
        {
            using var statement = session.Sql("update ten_workspace set needs_second_factor = 1 where tenant_id = @tenant").Set("tenant", workspace.Value);
            await statement.ExecuteAsync();
            await epoch.LookAsync(cancel);
        }
    }

    private sealed class Known(string kind, string id) : IGrantableObjects
    {
        public string Kind => kind;

        public ValueTask<string?> FindAsync(DbSession session, WorkspaceId workspace, string idOrName) => new(idOrName == id ? id : null);

        public ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> NamesAsync(
            DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> objects) =>
            new(objects.Where(one => one.Id == id).ToDictionary(static one => one, one => $"{kind} of {one.Workspace}"));
    }
}

public sealed class SqliteAccessControlTests() : AccessControlTests(new SqliteDatabase());

public sealed class PostgresAccessControlTests() : AccessControlTests(new PostgresDatabase());

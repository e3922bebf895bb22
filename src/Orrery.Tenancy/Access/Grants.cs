using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What a grant is asked to be.</summary>
internal sealed record GrantOrder(string SubjectKind, string Subject, string Role, string ObjectKind, string Object, DateTimeOffset? ExpiresAt);

/// <summary>Giving roles and taking them back. Nobody gives what they do not have themselves.</summary>
internal sealed class Grants(Db db, AccessControl access, AccessEpoch epoch, IEnumerable<IGrantableObjects> objects, AuditLog audit, TimeProvider time)
{
    /// <summary>Gives a role in the actor's workspace (0: everywhere).</summary>
    /// <returns>
    /// The grant; <c>tenancy.unknown_role</c>, <c>tenancy.unknown_subject</c>, <c>tenancy.unknown_object</c>, <c>tenancy.invalid_grant</c>,
    /// <c>tenancy.beyond_own_rights</c>, or <c>tenancy.last_admin</c> when one that is given again would end.
    /// </returns>
    public async ValueTask<Result<Grant>> GiveAsync(Actor actor, Caller caller, GrantOrder order, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (Check(actor, order, now) is { } wrong)
            return wrong;
        var own = await OwnAsync(actor, caller, cancel);
        // One that is given again gets the new end.
        var given = await db.WriteAsync(session => KeepAdminAsync<Grant>(session, actor, async () =>
        {
            if (await RoleAsync(session, actor, order.Role) is not { } permissions)
                return UnknownRole(order.Role);
            if (!own.Covers(In(actor, permissions)))
                return Beyond(order.Role);
            if (await SubjectAsync(session, order) is not { } subject)
                return Failure.NotFound("tenancy.unknown_subject", $"There is no {(order.SubjectKind == SubjectKinds.Workspace ? "workspace" : "person, service account or group")} '{Clip(order.Subject)}'.");
            if (order.SubjectKind == SubjectKinds.Workspace && subject == actor.Workspace.ToString())
                return Failure.Invalid("tenancy.invalid_grant", "A workspace need not share with itself.");
            if (await ObjectAsync(session, actor, order) is not { } target)
                return Failure.NotFound("tenancy.unknown_object", $"There is no {order.ObjectKind} '{Clip(order.Object)}' in this workspace.");
            var grant = new Grant
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                Tenant = actor.Workspace.Value,
                SubjectKind = order.SubjectKind,
                SubjectId = subject,
                Role = order.Role,
                ObjectKind = order.ObjectKind,
                ObjectId = target,
                GrantedBy = actor.Name,
                GrantedAt = now.ToUnixTimeMilliseconds(),
                ExpiresAt = order.ExpiresAt?.ToUnixTimeMilliseconds(),
            };
            await GrantStore.InsertAsync(session, grant);
            var stored = (await GrantStore.FindSameAsync(session, grant))!;
            await AppendAsync(session, actor, TenancyRecords.GrantGiven(stored));
            return (await NamedAsync(session, [stored with { SubjectName = order.SubjectKind == SubjectKinds.Principal ? PrincipalName.Normal(order.Subject) : order.Subject }]))[0];
        }), cancel);
        await epoch.LookAsync(cancel);
        return given;
    }

    /// <summary>Takes a role back that one could give, or one's own; <c>tenancy.grant_not_found</c>, <c>tenancy.beyond_own_rights</c>, <c>tenancy.last_admin</c>.</summary>
    public async ValueTask<Result<Done>> TakeAsync(Actor actor, Caller caller, string id, CancellationToken cancel)
    {
        var own = await OwnAsync(actor, caller, cancel);
        var taken = await db.WriteAsync(
            session => KeepAdminAsync<Done>(session, actor, async () =>
            {
                if (await GrantStore.FindAsync(session, actor.Workspace.Value, id) is not { } grant)
                    return Failure.NotFound("tenancy.grant_not_found", $"There is no grant '{Clip(id)}' here.");
                var isOwn = grant.SubjectKind == SubjectKinds.Principal && grant.SubjectId == caller.PrincipalId;
                if (!isOwn && await RoleAsync(session, actor, grant.Role) is { } permissions && !own.Covers(In(actor, permissions)))
                    return Beyond(grant.Role);
                await GrantStore.DeleteAsync(session, actor.Workspace.Value, id);
                await AppendAsync(session, actor, TenancyRecords.GrantTaken(grant));
                return Done.Ok;
            }),
            cancel);
        await epoch.LookAsync(cancel);
        return taken;
    }

    /// <summary>One page of the grants in the actor's workspace; <c>tenancy.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<Grant>>> ListAsync(Actor actor, string? objectKind, string? objectId, int limit, string? token, CancellationToken cancel)
    {
        if (Listings.After(token, "tenancy.invalid_token").Failed(out var notOurs, out var after))
            return notOurs;
        var found = await db.ReadAsync(
            async session => await NamedAsync(session, await GrantStore.ListAsync(session, actor.Workspace.Value, after, objectKind ?? "", objectId ?? "", limit + 1)), cancel);
        return Listings.Cut(found, limit, static last => PageToken.Encode(last.Id));
    }

    /// <summary>What others share with the actor's workspace; the subject's name is theirs.</summary>
    public ValueTask<List<Grant>> SharedWithAsync(Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return db.ReadAsync(async session => await NamedAsync(session, await GrantStore.SharedWithAsync(session, actor.Workspace, now)), cancel);
    }

    /// <summary>The roles of the workspace's own.</summary>
    public ValueTask<List<CustomRole>> ListRolesAsync(Actor actor, CancellationToken cancel) =>
        db.ReadAsync(session => RoleStore.ListAsync(session, actor.Workspace.Value), cancel);

    /// <summary>Makes or changes a role; <c>tenancy.invalid_role</c>, <c>tenancy.built_in_role</c>, <c>tenancy.beyond_own_rights</c>.</summary>
    public async ValueTask<Result<CustomRole>> PutRoleAsync(Actor actor, Caller caller, CustomRole role, CancellationToken cancel)
    {
        if (Check(role) is { } wrong)
            return wrong;
        var wanted = PermissionSet.Of(role.Permissions);
        var own = await OwnAsync(actor, caller, cancel);
        if (!own.Covers(wanted))
            return Beyond(role.Name);
        var put = await db.WriteAsync<CustomRole>(async session =>
        {
            // Making it smaller takes something away from those who hold it.
            var before = (await RoleStore.ListAsync(session, actor.Workspace.Value)).Find(one => one.Name == role.Name);
            if (before is not null && !own.Covers(PermissionSet.Of(before.Permissions)))
                return Beyond(role.Name);
            await RoleStore.PutAsync(session, actor.Workspace.Value, role, time.GetUtcNow().ToUnixTimeMilliseconds());
            await audit.AppendAsync(session, actor, TenancyRecords.RolePut(before, role));
            await AccessEpoch.RaiseAsync(session);
            return role;
        }, cancel);
        await epoch.LookAsync(cancel);
        return put;
    }

    /// <summary>Removes a role that nobody holds; <c>tenancy.role_not_found</c>, <c>tenancy.role_in_use</c>.</summary>
    public async ValueTask<Result<Done>> RemoveRoleAsync(Actor actor, string name, CancellationToken cancel)
    {
        var removed = await db.WriteAsync<Done>(async session =>
        {
            if (await GrantStore.UsesRoleAsync(session, actor.Workspace.Value, name))
                return Failure.Conflict("tenancy.role_in_use", $"The role '{Clip(name)}' is granted to somebody; take it back first.");
            if ((await RoleStore.ListAsync(session, actor.Workspace.Value)).Find(one => one.Name == name) is not { } role
                || !await RoleStore.DeleteAsync(session, actor.Workspace.Value, name))
                return Failure.NotFound("tenancy.role_not_found", $"This workspace has no role '{Clip(name)}' of its own.");
            await audit.AppendAsync(session, actor, TenancyRecords.RoleRemoved(role));
            await AccessEpoch.RaiseAsync(session);
            return Done.Ok;
        }, cancel);
        await epoch.LookAsync(cancel);
        return removed;
    }

    private static Failure? Check(Actor actor, GrantOrder order, DateTimeOffset now)
    {
        if (order.SubjectKind is not (SubjectKinds.Principal or SubjectKinds.Workspace))
            return Invalid($"'{Clip(order.SubjectKind)}' is no kind of subject: principal or workspace.");
        if (order.Object.Length > 0 != order.ObjectKind.Length > 0)
            return Invalid("A grant on one object needs object_kind and object_id; one on the whole workspace has neither.");
        if (order.SubjectKind == SubjectKinds.Workspace && (order.ObjectKind.Length == 0 || order.Role != Roles.Viewer))
            return Invalid("A share is read-only and of one object: role viewer, with object_kind and object_id.");
        if (order.Role == Roles.PlatformAdmin && actor.Workspace != WorkspaceId.Platform)
            return Invalid("platform-admin holds everywhere, not in one workspace: give it with --everywhere, or at /api/v1/platform/grants.");
        if (actor.Workspace == WorkspaceId.Platform && order.ObjectKind.Length > 0)
            return Invalid("A grant of the whole platform is not on one object.");
        if (order.ExpiresAt <= now)
            return Invalid($"expires_at is {order.ExpiresAt:u}, which is past.");
        return null;
    }

    private static Failure? Check(CustomRole role)
    {
        if (!WorkspaceName.IsValid(role.Name))
            return Failure.Invalid("tenancy.invalid_role", $"'{Clip(role.Name)}' cannot be a role: 1 to 63 lower-case letters, digits and inner dashes.");
        if (Roles.Find(role.Name) is not null)
            return Failure.Conflict("tenancy.built_in_role", $"The role '{role.Name}' is built in and stays as it is. Choose another name.");
        if (role.Description.Length > 400)
            return Failure.Invalid("tenancy.invalid_role", $"The description has {role.Description.Length} characters; 400 are allowed.");
        if (role.Permissions.Count == 0)
            return Failure.Invalid("tenancy.invalid_role", "A role needs at least one permission. GET /api/v1/roles lists them.");
        return role.Permissions.FirstOrDefault(static name => PermissionCatalogue.Find(name) is not { Scope: PermissionScope.Workspace }) is { } unknown
            ? Failure.Invalid("tenancy.invalid_role", $"'{Clip(unknown)}' is not a permission that a workspace's role can have. GET /api/v1/roles lists them.")
            : null;
    }

    // What holds in one workspace does not concern who administers the platform.
    private static ValueTask<Result<T>> KeepAdminAsync<T>(DbSession session, Actor actor, Func<ValueTask<Result<T>>> change) =>
        actor.Workspace == WorkspaceId.Platform ? PlatformAdmins.KeepOneAsync(session, change) : change();

    private static Failure Invalid(string message) => Failure.Invalid("tenancy.invalid_grant", message);

    private static Failure UnknownRole(string role) => Failure.Invalid(
        "tenancy.unknown_role", $"There is no role '{Clip(role)}'. Built in are {string.Join(", ", Roles.All.Select(static r => r.Name))}; a workspace may have more.");

    private static Failure Beyond(string role) => new(
        FailureKind.Denied, "tenancy.beyond_own_rights", $"The role '{Clip(role)}' gives more than you have here yourself.");

    private static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "...";

    // Through a token, no more than the token is good for.
    private async ValueTask<PermissionSet> OwnAsync(Actor actor, Caller caller, CancellationToken cancel)
    {
        if (caller.IsLocalAdmin)
            return new PermissionSet(UInt128.MaxValue);
        if (caller.Token?.Workspace is { } home && home != actor.Workspace.Value)
            return PermissionSet.None;
        var whole = (await access.RightsAsync(caller, actor.Workspace.Value, cancel)).Whole;
        return caller.Token?.Permissions is { } only ? whole & PermissionSet.Of(only) : whole;
    }

    // In a workspace a role gives nothing of the platform, whatever it holds.
    private static PermissionSet In(Actor actor, PermissionSet role) =>
        actor.Workspace == WorkspaceId.Platform ? role : role & PermissionCatalogue.OfWorkspaces;

    private static async ValueTask<PermissionSet?> RoleAsync(DbSession session, Actor actor, string role)
    {
        if (Roles.Find(role) is { } builtIn)
            return builtIn.Permissions;
        return (await RoleStore.ListAsync(session, actor.Workspace.Value)).Find(own => own.Name == role) is { } custom ? PermissionSet.Of(custom.Permissions) : null;
    }

    private static async ValueTask<string?> SubjectAsync(DbSession session, GrantOrder order) => order.SubjectKind == SubjectKinds.Workspace
        ? (await WorkspaceStore.FindAsync(session, order.Subject))?.Id.Value.ToString(CultureInfo.InvariantCulture)
        : await GrantStore.FindPrincipalAsync(session, PrincipalName.Normal(order.Subject));

    private async ValueTask<string?> ObjectAsync(DbSession session, Actor actor, GrantOrder order)
    {
        if (order.ObjectKind.Length == 0)
            return "";
        foreach (var kind in objects)
        {
            if (kind.Kind == order.ObjectKind)
                return await kind.FindAsync(session, actor.Workspace, order.Object);
        }

        return null;
    }

    // One question for each kind.
    private async ValueTask<List<Grant>> NamedAsync(DbSession session, List<Grant> grants)
    {
        foreach (var kind in objects)
        {
            var ids = grants.Where(grant => grant.ObjectKind == kind.Kind).Select(static grant => (new WorkspaceId(grant.Tenant), grant.ObjectId)).ToHashSet();
            if (ids.Count == 0)
                continue;
            var names = await kind.NamesAsync(session, ids);
            grants = grants.ConvertAll(grant => grant.ObjectKind == kind.Kind
                ? grant with { ObjectName = names.GetValueOrDefault((new(grant.Tenant), grant.ObjectId)) }
                : grant);
        }

        return grants;
    }

    private async ValueTask AppendAsync(DbSession session, Actor actor, AuditRecord record)
    {
        await audit.AppendAsync(session, actor, record);
        await AccessEpoch.RaiseAsync(session);
    }
}

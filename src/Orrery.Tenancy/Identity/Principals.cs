using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>People, groups and service accounts. Thread-safe.</summary>
internal sealed class Principals(Db db, AuditLog audit, AccessEpoch epoch, TimeProvider time)
{
    public const string InvalidPageToken = "tenancy.invalid_page_token";
    private const int LongestPart = 254;

    public static Failure NotFound(string id) => Failure.NotFound("tenancy.principal_not_found", $"There is no principal {PrincipalName.Clip(id)}.");

    public ValueTask<Result<Principal>> CreatePersonAsync(Actor actor, NewPerson asked, CancellationToken cancel)
    {
        var name = PrincipalName.Normal(asked.Name);
        if (asked.Password is { } password && PasswordRules.Problem(password, name) is { } weak)
            return new(weak);
        // Before the transaction, which must not wait for it.
        var hash = asked.Password is null ? null : Passwords.Hash(asked.Password);
        return CreateAsync(actor, New("usr_", "person", name, asked.DisplayName, actor) with { Email = asked.Email }, hash, cancel);
    }

    public ValueTask<Result<Principal>> CreateGroupAsync(Actor actor, NewGroup asked, CancellationToken cancel) =>
        ExternalNameProblem(asked.ExternalName) is { } problem
            ? new(problem)
            : CreateAsync(
                actor,
                New("grp_", "group", PrincipalName.Normal(asked.Name), asked.DisplayName, actor) with { ExternalName = asked.ExternalName },
                hash: null,
                cancel);

    public ValueTask<Result<Principal>> CreateServiceAsync(Actor actor, NewServiceAccount asked, CancellationToken cancel) => CreateAsync(
        actor, New("svc_", "service", PrincipalName.Normal(asked.Name), asked.DisplayName, actor) with { Workspace = asked.Workspace }, hash: null, cancel);

    /// <summary>Makes the first administrator and turns identity on, for good.</summary>
    public async ValueTask<Result<Principal>> CreateFirstAdminAsync(Actor actor, string name, string password, CancellationToken cancel)
    {
        name = PrincipalName.Normal(name);
        if ((PrincipalName.Problem(name) ?? PasswordRules.Problem(password, name)) is { } problem)
            return problem;
        var hash = Passwords.Hash(password);
        var admin = New("usr_", "person", name, null, actor);
        return await ChangeAsync<Principal>(
            async session =>
            {
                if (!await IdentityStore.TurnOnAsync(session, time.GetUtcNow()))
                    return Failure.Conflict("tenancy.identity_on", "Identity is on already: an administrator makes further people.");
                if (!await PrincipalStore.InsertAsync(session, admin, owner: 0))
                    return Taken(name);
                await PasswordStore.SaveAsync(session, admin.PrincipalId, hash, time.GetUtcNow());
                var grant = Grant.OfPlatformAdmin(admin.PrincipalId, actor.Name, time.GetUtcNow());
                await GrantStore.InsertAsync(session, grant);
                await AuditAsync(session, actor, "principal.create", admin.PrincipalId, """{"kind":"person"}""");
                await audit.AppendAsync(session, actor, TenancyRecords.GrantGiven(grant));
                await audit.AppendAsync(session, actor, new("identity.turn-on", "platform", "identity"));
                return admin;
            },
            cancel);
    }

    /// <summary>
    /// Gives a person of this name the platform back, from the server's own machine: another password, no second factor, enabled, platform-admin
    /// without an end; their sessions and tokens end.
    /// </summary>
    public async ValueTask<Result<Principal>> ResetAdminAsync(Actor actor, string name, string password, CancellationToken cancel)
    {
        name = PrincipalName.Normal(name);
        if (PasswordRules.Problem(password, name) is { } weak)
            return weak;
        var hash = Passwords.Hash(password);
        return await ChangeAsync<Principal>(
            async session =>
            {
                if (!await IdentityStore.IsOnAsync(session))
                    return Failure.Conflict("tenancy.identity_off", "Identity is off: --init-admin makes the first administrator and turns it on.");
                if (await GrantStore.FindPrincipalAsync(session, name) is not { } id || await PrincipalStore.FindAsync(session, id) is not { Kind: "person" } person)
                    return NotFound(name);
                var now = time.GetUtcNow();
                await PasswordStore.SaveAsync(session, id, hash, now);
                await SecondFactorStore.DeleteAsync(session, id);
                await PrincipalStore.SetStateAsync(session, id, "active", now);
                await SessionStore.DeleteAllAsync(session, id);
                await TokenStore.RevokeAllAsync(session, id, now);
                await AuditAsync(session, actor, "principal.reset-admin", id, detail: null);
                var grant = Grant.OfPlatformAdmin(id, actor.Name, now);
                if (await GrantStore.FindSameAsync(session, grant) is not { ExpiresAt: null })
                {
                    await GrantStore.InsertAsync(session, grant);
                    await audit.AppendAsync(session, actor, new("grant.create", "grant", grant.Id) { Detail = $$"""{"subject":"{{id}}","role":"platform-admin"}""" });
                }

                return person with { State = "active" };
            },
            cancel);
    }

    public async ValueTask<Result<Principal>> FindAsync(string kind, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => PrincipalStore.FindAsync(session, id), cancel) is { } found && found.Kind == kind ? found : NotFound(id);

    /// <summary>Those of a kind, by name; with <paramref name="part"/> those that have it in their name, display name or address.</summary>
    public ValueTask<Result<PrincipalPage>> ListAsync(string kind, string? part, int limit, string? pageToken, CancellationToken cancel) => part is { Length: > LongestPart }
        ? new(Failure.Invalid("tenancy.too_long", $"What is looked for has {part.Length} characters; it may have up to {LongestPart}."))
        : PageAsync(limit, pageToken, (session, key, after, most) => PrincipalStore.ListAsync(session, key, part ?? "", after, most), kind, cancel);

    /// <summary>The one of a name, or nobody.</summary>
    public async ValueTask<Result<PrincipalPage>> ListNamedAsync(string kind, string name, CancellationToken cancel)
    {
        var found = await db.ReadAsync(
            async session => await GrantStore.FindPrincipalAsync(session, PrincipalName.Normal(name)) is { } id ? await PrincipalStore.FindAsync(session, id) : null,
            cancel);
        return new PrincipalPage { Principals = found is not null && found.Kind == kind ? [found] : [] };
    }

    public async ValueTask<Result<PrincipalPage>> MembersAsync(string group, int limit, string? pageToken, CancellationToken cancel) =>
        (await FindAsync("group", group, cancel)).Failure is { } failure
            ? failure
            : await PageAsync(limit, pageToken, static (session, key, after, most) => PrincipalStore.MembersAsync(session, key, after, most), group, cancel);

    public ValueTask<Result<Principal>> SetStateAsync(Actor actor, string kind, string id, string state, CancellationToken cancel)
    {
        if (state is not ("active" or "disabled"))
            return new(Failure.Invalid("tenancy.invalid_state", $"'{PrincipalName.Clip(state)}' is not a state: active or disabled."));
        return ChangeAdminsAsync<Principal>(
            async session =>
            {
                if (await PrincipalStore.FindAsync(session, id) is not { } found || found.Kind != kind)
                    return NotFound(id);
                await PrincipalStore.SetStateAsync(session, id, state, time.GetUtcNow());
                await AuditAsync(session, actor, state is "active" ? "principal.enable" : "principal.disable", id, detail: null);
                return found with { State = state };
            },
            cancel);
    }

    /// <summary>Deletes a principal with its memberships, grants, password, tokens and sessions. Its id and its name in records stay.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string kind, string id, CancellationToken cancel) => ChangeAdminsAsync<Done>(
        async session =>
        {
            if (await PrincipalStore.FindAsync(session, id) is not { } found || found.Kind != kind)
                return NotFound(id);
            await PrincipalStore.DeleteAsync(session, id);
            await AuditAsync(session, actor, "principal.delete", id, detail: null);
            return Done.Ok;
        },
        cancel);

    /// <param name="actor">Who asks.</param>
    /// <param name="person">Whose password it is.</param>
    /// <param name="password">The new one.</param>
    /// <param name="keepTokens">Whoever had the former one may have made tokens with it: they end too, unless one changes one's own.</param>
    /// <param name="cancel">Stops before the commit.</param>
    public ValueTask<Result<Done>> SetPasswordAsync(Actor actor, Principal person, string password, bool keepTokens, CancellationToken cancel)
    {
        if (PasswordRules.Problem(password, person.Name) is { } weak)
            return new(weak);
        var hash = Passwords.Hash(password);
        return ChangeAsync<Done>(
            async session =>
            {
                if (await PrincipalStore.FindAsync(session, person.PrincipalId) is not { Kind: "person" })
                    return NotFound(person.PrincipalId);
                await PasswordStore.SaveAsync(session, person.PrincipalId, hash, time.GetUtcNow());
                await SessionStore.DeleteAllAsync(session, person.PrincipalId);
                var ended = keepTokens ? 0 : await TokenStore.RevokeAllAsync(session, person.PrincipalId, time.GetUtcNow());
                await AuditAsync(session, actor, "principal.set-password", person.PrincipalId, $$"""{"revoked_tokens":{{ended}}}""");
                return Done.Ok;
            },
            cancel);
    }

    public ValueTask<Result<Done>> AddMemberAsync(Actor actor, string group, string id, CancellationToken cancel) => ChangeAsync<Done>(
        async session =>
        {
            if (await PrincipalStore.FindAsync(session, group) is not { Kind: "group" })
                return NotFound(group);
            if (await PrincipalStore.FindAsync(session, id) is not { } member)
                return NotFound(id);
            if (member.Kind is "group")
                return Failure.Invalid("tenancy.nested_group", "A group cannot be in a group: people and service accounts can.");
            if (await PrincipalStore.AddMemberAsync(session, group, id, time.GetUtcNow()))
                await AuditAsync(session, actor, "group.add-member", group, $$"""{"member":"{{id}}"}""");
            return Done.Ok;
        },
        cancel);

    public ValueTask<Result<Done>> RemoveMemberAsync(Actor actor, string group, string id, CancellationToken cancel) => ChangeAdminsAsync<Done>(
        async session =>
        {
            if (!await PrincipalStore.RemoveMemberAsync(session, group, id))
                return Failure.NotFound("tenancy.member_not_found", $"{PrincipalName.Clip(id)} is not in the group {PrincipalName.Clip(group)}.");
            await AuditAsync(session, actor, "group.remove-member", group, $$"""{"member":{{JsonSerializer.Serialize(id)}}}""");
            return Done.Ok;
        },
        cancel);

    /// <summary>Gives a group another external name; whom the identity provider put into it comes back at their next sign-in, if at all.</summary>
    public ValueTask<Result<Principal>> SetExternalNameAsync(Actor actor, string group, string? name, CancellationToken cancel) =>
        ExternalNameProblem(name) is { } problem ? new(problem) : ChangeAdminsAsync<Principal>(
            async session =>
            {
                if (await PrincipalStore.FindAsync(session, group) is not { Kind: "group" } found)
                    return NotFound(group);
                if (found.ExternalName == name)
                    return found;
                await ExternalIdentityStore.SetExternalNameAsync(session, group, name, time.GetUtcNow());
                await AuditAsync(session, actor, "group.set-external-name", group, detail: null);
                return found with { ExternalName = name };
            },
            cancel);

    private static Failure? ExternalNameProblem(string? name) => name is null || (name.Length is >= 1 and <= 256 && !name.Any(char.IsControl))
        ? null
        : Failure.Invalid("tenancy.invalid_external_name", "A group's external name has 1 to 256 characters, as the identity provider's groups claim has it.");

    private static Failure Taken(string name) => Failure.AlreadyExists("tenancy.name_taken", $"There is a person, group or service account named '{name}' already.");

    private Principal New(string prefix, string kind, string name, string? display, Actor actor) => new()
    {
        PrincipalId = Base62.NewId(prefix),
        Kind = kind,
        Name = name,
        DisplayName = display,
        State = "active",
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
        CreatedBy = actor.Name,
    };

    private async ValueTask<Result<Principal>> CreateAsync(Actor actor, Principal principal, string? hash, CancellationToken cancel)
    {
        if (PrincipalName.Problem(principal.Name) is { } problem)
            return problem;
        if (principal.DisplayName is { Length: > 200 } || principal.Email is { Length: > 254 })
            return Failure.Invalid("tenancy.too_long", "A display name has up to 200 characters, an email address up to 254.");
        if ((principal.DisplayName + principal.Email).Any(char.IsControl))
            return Failure.Invalid("tenancy.control_character", "A display name and an email address are one line, without control characters.");
        return await ChangeAsync<Principal>(
            async session =>
            {
                long owner = 0;
                if (principal.Workspace is { } workspace)
                {
                    if (await WorkspaceStore.FindAsync(session, workspace) is not { } found)
                        return Failure.NotFound("tenancy.workspace_not_found", $"There is no workspace '{PrincipalName.Clip(workspace)}'.");
                    owner = found.Id.Value;
                }

                if (!await PrincipalStore.InsertAsync(session, principal, owner))
                    return Taken(principal.Name);
                if (hash is not null)
                    await PasswordStore.SaveAsync(session, principal.PrincipalId, hash, time.GetUtcNow());
                await AuditAsync(session, actor, "principal.create", principal.PrincipalId, $$"""{"kind":"{{principal.Kind}}"}""");
                return principal;
            },
            cancel);
    }

    private async ValueTask<Result<PrincipalPage>> PageAsync(
        int limit, string? pageToken, Func<DbSession, string, string, int, ValueTask<List<Principal>>> list, string key, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit) is { } bad)
            return bad;
        if (Listings.After(pageToken, InvalidPageToken).Failed(out var notOurs, out var after))
            return notOurs;
        var found = await db.ReadAsync(session => list(session, key, after, limit + 1), cancel);
        var page = Listings.Cut(found, limit, static last => PageToken.Encode(last.Name));
        return new PrincipalPage { Principals = page.Items, NextPageToken = page.NextToken };
    }

    /// <summary>A change that may concern who administers the platform.</summary>
    private ValueTask<Result<T>> ChangeAdminsAsync<T>(Func<DbSession, ValueTask<Result<T>>> change, CancellationToken cancel) =>
        ChangeAsync(session => PlatformAdmins.KeepOneAsync(session, () => change(session)), cancel);

    /// <summary>A change that every server must know of at once.</summary>
    private async ValueTask<Result<T>> ChangeAsync<T>(Func<DbSession, ValueTask<Result<T>>> change, CancellationToken cancel)
    {
        var changed = await db.WriteAsync(
            async session =>
            {
                var result = await change(session);
                if (result.Succeeded)
                    await AccessEpoch.RaiseAsync(session);
                return result;
            },
            cancel);
        if (changed.Succeeded)
            await epoch.LookAsync(cancel);
        return changed;
    }

    private ValueTask AuditAsync(DbSession session, Actor actor, string action, string id, string? detail) =>
        audit.AppendAsync(session, actor, new(action, action.StartsWith("group.", StringComparison.Ordinal) ? "group" : "principal", id) { Detail = detail });
}

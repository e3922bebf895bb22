using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// People as the identity provider knows them: issuer and subject say who somebody is, never a name or an address. Made at their
/// first sign-in; their memberships of mapped groups follow the provider's claims. Thread-safe.
/// </summary>
internal sealed class ExternalPeople(Db db, AuditLog audit, AccessEpoch epoch, SingleSignOnOptions options, TimeProvider time)
{
    private const string Method = "oidc";
    private static readonly Failure Disabled = new(FailureKind.Denied, "tenancy.person_disabled", "Your account here is disabled. An administrator can enable it again.");

    /// <summary>Finds or makes the person, and puts them into the groups that the provider names.</summary>
    /// <returns>The caller; <c>tenancy.sso_not_allowed</c>, <c>tenancy.person_disabled</c>, <c>tenancy.name_taken_locally</c>, <c>tenancy.invalid_name</c>.</returns>
    public async ValueTask<Result<Caller>> AdmitAsync(HttpContext context, ExternalPerson person, CancellationToken cancel)
    {
        if (options.AllowedGroups is { Length: > 0 } allowed && !allowed.Any(person.Groups.Contains))
            return new Failure(FailureKind.Denied, "tenancy.sso_not_allowed", "The identity provider knows you, but you are in none of the groups that may sign in here.");
        var admitted = await db.WriteAsync<Caller>(
            async session =>
            {
                if ((await FindOrMakeAsync(session, context, person)).Failed(out var failure, out var found))
                    return failure;
                if (found.State is not "active")
                    return Disabled;
                var caller = new Caller(found.PrincipalId, found.Name, Method) { SecondFactor = person.SecondFactor };
                await FollowGroupsAsync(session, caller.OnPlatform(context), found.PrincipalId, person.Groups);
                await audit.AppendAsync(session, caller.OnPlatform(context), new("session.sign-in", "principal", found.PrincipalId)
                {
                    Detail = $$"""{"second_factor":{{(person.SecondFactor ? "true" : "false")}}}""",
                });
                return caller;
            },
            cancel);
        if (admitted.Succeeded)
            await epoch.LookAsync(cancel);
        return admitted;
    }

    /// <summary>Writes down a sign-in that was refused.</summary>
    public async ValueTask RefusedAsync(HttpContext context, ExternalPerson? person, Failure failure, CancellationToken cancel) => await db.WriteAsync<Done>(
        async session =>
        {
            var known = person is null ? null : await ExternalIdentityStore.FindPrincipalAsync(session, options.Issuer!, person.Subject);
            await audit.AppendAsync(session, Callers.Unknown(context, Method), new("session.sign-in", "principal", known ?? "unknown")
            {
                Outcome = AuditOutcome.Refused,
                Reason = failure.Code,
            });
            return Done.Ok;
        },
        cancel);

    /// <summary>How a person is known at the provider; <c>tenancy.sso_off</c>, <c>tenancy.principal_not_found</c>, <c>tenancy.sso_link_not_found</c>.</summary>
    public async ValueTask<Result<SsoLink>> FindLinkAsync(string id, CancellationToken cancel)
    {
        if (!options.IsOn)
            return SingleSignOn.Off;
        return await db.ReadAsync<Result<SsoLink>>(
            async session => await PrincipalStore.FindAsync(session, id) is not { Kind: "person" }
                ? Principals.NotFound(id)
                : await ExternalIdentityStore.FindLinkAsync(session, id, options.Issuer!) is { } link ? link : NotLinked(id),
            cancel);
    }

    /// <summary>Says that a person here is somebody at the provider, in place of what was said before.</summary>
    public async ValueTask<Result<SsoLink>> LinkAsync(Actor actor, string id, string subject, CancellationToken cancel)
    {
        if (!options.IsOn)
            return SingleSignOn.Off;
        if (subject.Length is < 1 or > 255 || subject.Any(char.IsControl))
            return Failure.Invalid("tenancy.invalid_subject", "The provider's id of a person (its claim sub) has 1 to 255 characters, none of them a control character.");
        var link = new SsoLink
        {
            PrincipalId = id,
            Issuer = options.Issuer!,
            Subject = subject,
            LinkedBy = actor.Name,
            LinkedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        return await db.WriteAsync<SsoLink>(
            async session =>
            {
                if (await PrincipalStore.FindAsync(session, id) is not { Kind: "person" })
                    return Principals.NotFound(id);
                await ExternalIdentityStore.DeleteAsync(session, id, link.Issuer);
                if (!await ExternalIdentityStore.InsertAsync(session, link))
                    return Failure.Conflict("tenancy.sso_linked_elsewhere", "Another person here is linked to that one at the identity provider. Unlink or delete them first.");
                await audit.AppendAsync(session, actor, TenancyRecords.Link("principal.link", link));
                return link;
            },
            cancel);
    }

    /// <summary>Takes back that a person is somebody at the provider, and ends their sessions.</summary>
    public async ValueTask<Result<Done>> UnlinkAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (!options.IsOn)
            return SingleSignOn.Off;
        return await db.WriteAsync(
            session => PlatformAdmins.KeepOneAsync<Done>(session, async () =>
            {
                if (await ExternalIdentityStore.FindLinkAsync(session, id, options.Issuer!) is not { } link
                    || !await ExternalIdentityStore.DeleteAsync(session, id, options.Issuer!))
                    return await PrincipalStore.FindAsync(session, id) is { Kind: "person" } ? NotLinked(id) : Principals.NotFound(id);
                await SessionStore.DeleteAllAsync(session, id);
                await audit.AppendAsync(session, actor, TenancyRecords.Link("principal.unlink", link));
                return Done.Ok;
            }),
            cancel);
    }

    private static Failure NotLinked(string id) =>
        Failure.NotFound("tenancy.sso_link_not_found", $"{PrincipalName.Clip(id)} is not linked to anybody at the identity provider.");

    private async ValueTask<Result<Principal>> FindOrMakeAsync(DbSession session, HttpContext context, ExternalPerson person)
    {
        if (await FindAsync(session, person) is { } known)
            return known;
        var name = PrincipalName.Normal(person.Name);
        if (PrincipalName.Problem(name) is { } problem)
            return problem with { Message = $"{problem.Message} The identity provider gave it; an administrator can choose another claim (Orrery:Identity:SingleSignOn:NameClaim)." };
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var made = new Principal
        {
            PrincipalId = Base62.NewId("usr_"),
            Kind = "person",
            Name = name,
            DisplayName = person.DisplayName,
            Email = person.Email,
            State = "active",
            CreatedAt = now,
            CreatedBy = name,
        };
        if (!await PrincipalStore.InsertAsync(session, made, owner: 0))
        {
            // Two first sign-ins of one person at once: the other was faster.
            return await FindAsync(session, person) is { } other ? other : TakenLocally(name, person.Subject);
        }

        await ExternalIdentityStore.InsertAsync(
            session, new() { PrincipalId = made.PrincipalId, Issuer = options.Issuer!, Subject = person.Subject, LinkedBy = name, LinkedAt = now });
        var actor = new Caller(made.PrincipalId, name, Method).OnPlatform(context);
        await audit.AppendAsync(session, actor, new("principal.create", "principal", made.PrincipalId) { Detail = """{"kind":"person"}""" });
        await AccessEpoch.RaiseAsync(session);
        return made;
    }

    private async ValueTask<Principal?> FindAsync(DbSession session, ExternalPerson person) =>
        await ExternalIdentityStore.FindPrincipalAsync(session, options.Issuer!, person.Subject) is { } id ? await PrincipalStore.FindAsync(session, id) : null;

    private static Failure TakenLocally(string name, string subject) => Failure.Conflict(
        "tenancy.name_taken_locally",
        $"There is a '{name}' here already, who is not linked to the identity provider. If that is you, ask an administrator to run: mlops people link ID --subject \"{PrincipalName.Clip(subject)}\", with the id that 'mlops people list' shows for '{name}'.");

    private async ValueTask FollowGroupsAsync(DbSession session, Actor actor, string person, IReadOnlySet<string> claimed)
    {
        var told = await ExternalIdentityStore.ToldMembershipsAsync(session, person);
        var wanted = claimed.Count == 0 ? [] : await ExternalIdentityStore.MappedGroupsAsync(session, claimed);
        var changed = false;
        foreach (var group in wanted.Except(told))
        {
            if (!await ExternalIdentityStore.AddMembershipAsync(session, group, person, time.GetUtcNow()))
                continue;
            await AuditMemberAsync(session, actor, "group.add-member", group, person, refused: null);
            changed = true;
        }

        foreach (var group in told.Except(wanted))
        {
            var before = await PlatformAdmins.CountAsync(session);
            await ExternalIdentityStore.RemoveMembershipAsync(session, group, person);
            var last = before > 0 && await PlatformAdmins.CountAsync(session) == 0;
            // As by hand: somebody must be left who may administer the platform.
            if (last)
                await ExternalIdentityStore.AddMembershipAsync(session, group, person, time.GetUtcNow());
            await AuditMemberAsync(session, actor, "group.remove-member", group, person, last ? "tenancy.last_admin" : null);
            changed = true;
        }

        if (changed)
            await AccessEpoch.RaiseAsync(session);
    }

    private ValueTask AuditMemberAsync(DbSession session, Actor actor, string action, string group, string person, string? refused) =>
        audit.AppendAsync(session, actor, new(action, "group", group)
        {
            Outcome = refused is null ? AuditOutcome.Done : AuditOutcome.Refused,
            Reason = refused,
            Detail = $$"""{"member":{{JsonSerializer.Serialize(person)}},"source":"oidc"}""",
        });
}

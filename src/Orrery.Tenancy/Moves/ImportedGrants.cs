using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Gives the grants of an archive to people and groups of the same names. Ids mean nothing on another server; names may mean somebody else, so it is asked for.</summary>
internal sealed class ImportedGrants(IEnumerable<IGrantableObjects> objects, AuditLog audit, TimeProvider time)
{
    private const int MostReported = 1000;

    /// <summary>Gives what can be given, in the transaction that shows the workspace.</summary>
    /// <returns>How many were given, and those that were not with the reason.</returns>
    public async ValueTask<(long Given, IReadOnlyList<string> LeftOut)> GiveAsync(DbSession session, Actor actor, IReadOnlyList<ArchivedGrant> grants)
    {
        var own = (await RoleStore.ListAsync(session, actor.Workspace.Value)).Select(static role => role.Name).ToHashSet(StringComparer.Ordinal);
        var (given, leftOut) = (0L, new List<string>());
        foreach (var grant in grants)
        {
            if (await WhyNotAsync(session, actor, grant, own) is { } why)
            {
                if (leftOut.Count < MostReported)
                    leftOut.Add($"{Clip(grant.Role)} of {Clip(grant.Subject)}: {why}");
                continue;
            }

            await GiveAsync(session, actor, grant);
            given++;
        }

        return (given, leftOut);
    }

    private async ValueTask<string?> WhyNotAsync(DbSession session, Actor actor, ArchivedGrant grant, HashSet<string> own)
    {
        if (grant.Kind == "workspace")
            return "shares are with workspaces of the server it comes from";
        if (grant.Kind == "service")
            return "service accounts stay with their server";
        if (grant.Role == Roles.PlatformAdmin || (Roles.Find(grant.Role) is null && !own.Contains(grant.Role)))
            return "there is no such role in a workspace";
        if (grant.ExpiresAt <= time.GetUtcNow())
            return "it has ended meanwhile";
        if (await GrantStore.FindPrincipalAsync(session, grant.Subject) is not { } principal || WorkspaceExport.PrincipalKind(principal) != grant.Kind)
            return $"this server has no {(grant.Kind == "group" ? "group" : "person")} of that name";
        if (grant.ObjectKind.Length == 0 && grant.ObjectId.Length == 0)
            return null;
        return objects.FirstOrDefault(o => o.Kind == grant.ObjectKind) is { } kind && await kind.FindAsync(session, actor.Workspace, grant.ObjectId) is not null
            ? null
            : "the object it is on is not there";
    }

    private async ValueTask GiveAsync(DbSession session, Actor actor, ArchivedGrant grant)
    {
        var now = time.GetUtcNow();
        var principal = (await GrantStore.FindPrincipalAsync(session, grant.Subject))!;
        var given = new Grant
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Tenant = actor.Workspace.Value,
            SubjectKind = SubjectKinds.Principal,
            SubjectId = principal,
            Role = grant.Role,
            ObjectKind = grant.ObjectKind,
            ObjectId = grant.ObjectId,
            GrantedBy = actor.Name,
            GrantedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = grant.ExpiresAt?.ToUnixTimeMilliseconds(),
        };
        await GrantStore.InsertAsync(session, given);
        await audit.AppendAsync(session, actor, TenancyRecords.GrantGiven(given));
    }

    private static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "...";
}

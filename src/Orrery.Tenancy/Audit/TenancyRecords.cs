using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Audit;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary>What the audit trail tells of grants, roles, workspaces and links: hashes before and after, and what an auditor wants to read at once.</summary>
internal static class TenancyRecords
{
    public static AuditRecord GrantGiven(Grant grant) => OfGrant("grant.give", grant) with { After = Hash(StateOf(grant)) };

    public static AuditRecord GrantTaken(Grant grant) => OfGrant("grant.take", grant) with { Before = Hash(StateOf(grant)) };

    public static AuditRecord RolePut(CustomRole? before, CustomRole after) => new("role.put", "role", after.Name)
    {
        Before = before is null ? null : Hash(StateOf(before)),
        After = Hash(StateOf(after)),
        Detail = new JsonObject
        {
            ["added"] = Texts(after.Permissions.Except(before?.Permissions ?? [])),
            ["removed"] = Texts((before?.Permissions ?? []).Except(after.Permissions)),
        }.ToJsonString(),
    };

    public static AuditRecord RoleRemoved(CustomRole role) => new("role.remove", "role", role.Name) { Before = Hash(StateOf(role)) };

    public static AuditRecord WorkspaceCreated(Workspace made) => new("workspace.create", "workspace", made.Name) { After = Hash(StateOf(made)) };

    public static AuditRecord WorkspaceUpdated(Workspace before, Workspace after) => new("workspace.update", "workspace", after.Name)
    {
        Before = Hash(StateOf(before)),
        After = Hash(StateOf(after)),
        Detail = before.NeedsSecondFactor == after.NeedsSecondFactor ? null : new JsonObject { ["needs_second_factor"] = after.NeedsSecondFactor }.ToJsonString(),
    };

    /// <param name="action"><c>principal.link</c> or <c>principal.unlink</c>.</param>
    /// <param name="link">Who is whom. The subject may be personal: only its hash is told.</param>
    public static AuditRecord Link(string action, SsoLink link)
    {
        var hash = Hash(new JsonObject { ["issuer"] = link.Issuer, ["subject"] = link.Subject });
        var record = new AuditRecord(action, "principal", link.PrincipalId) { Detail = new JsonObject { ["issuer"] = link.Issuer }.ToJsonString() };
        return action == "principal.link" ? record with { After = hash } : record with { Before = hash };
    }

    private static AuditRecord OfGrant(string action, Grant grant)
    {
        var on = grant.ObjectKind.Length == 0 ? grant.Role : $"{grant.Role}@{grant.ObjectKind}/{grant.ObjectId}";
        return new(action, "grant", $"{grant.SubjectKind}/{grant.SubjectId}/{on}")
        {
            Detail = new JsonObject { ["grant_id"] = grant.Id, ["expires_at"] = grant.ExpiresAt }.ToJsonString(),
        };
    }

    private static JsonObject StateOf(Grant grant) => new()
    {
        ["expires_at"] = grant.ExpiresAt,
        ["grant_id"] = grant.Id,
        ["object_id"] = grant.ObjectId,
        ["object_kind"] = grant.ObjectKind,
        ["role"] = grant.Role,
        ["subject_id"] = grant.SubjectId,
        ["subject_kind"] = grant.SubjectKind,
    };

    private static JsonObject StateOf(CustomRole role) => new()
    {
        ["description"] = role.Description,
        ["name"] = role.Name,
        ["permissions"] = Texts(role.Permissions.Order(StringComparer.Ordinal)),
    };

    private static JsonObject StateOf(Workspace workspace) => new()
    {
        ["contact"] = workspace.Contact,
        ["cost_centre"] = workspace.CostCentre,
        ["description"] = workspace.Description,
        ["display_name"] = workspace.DisplayName,
        ["name"] = workspace.Name,
        ["needs_second_factor"] = workspace.NeedsSecondFactor,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);

    private static byte[] Hash(JsonObject state) => SHA256.HashData(Encoding.UTF8.GetBytes(state.ToJsonString()));
}

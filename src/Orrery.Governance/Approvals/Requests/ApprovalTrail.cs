using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The one place where approvals tell what happened: the event for those who listen, the entry for the trail. Names of persons are in neither.</summary>
internal sealed class ApprovalTrail(Outbox outbox, AuditLog audit)
{
    public const string Requested = "approval.requested";
    public const string Reminded = "approval.reminded";
    public const string Escalated = "approval.escalated";
    public const string Decided = "approval.decided";
    public const string Voided = "approval.voided";

    /// <summary>Kind of the objects of the trail.</summary>
    public const string ObjectKind = "approval";

    /// <summary>Tells those who listen.</summary>
    public void Tell(DbSession session, Actor actor, string name, ApprovalRow row, string? reason = null)
    {
        var stage = StageSteps.Current(row.Approval);
        var e = new ApprovalEvent
        {
            Approval = row.Id,
            Model = row.Approval.Model,
            Version = row.Approval.Version,
            Environment = row.Approval.Environment,
            State = row.State,
            Kind = row.Approval.Kind,
            Tier = row.Approval.Tier,
            Delivery = row.Approval.DeliveryId,
            Stage = stage?.Name,
            Roles = stage is null ? [] : [.. stage.Seats.Where(static seat => seat.Decision is null).Select(static seat => seat.Role).Distinct()],
            EscalatedTo = name == Escalated ? stage?.EscalatedTo : null,
            DueAt = stage?.DueAt,
            Reason = reason,
        };
        outbox.Append(session, actor, name, JsonSerializer.Serialize(e, ApprovalJson.Default.ApprovalEvent));
    }

    /// <summary>Writes an entry of the trail.</summary>
    public ValueTask WriteAsync(DbSession session, Actor actor, string action, ApprovalRow row, params (string Key, string? Value)[] detail) => audit.AppendAsync(session, actor, new AuditRecord(action, ObjectKind, row.Id)
    {
        After = StateOf(row),
        Detail = JsonSerializer.Serialize(
            new SortedDictionary<string, string>(
                detail.Concat(About(row)).Where(static one => !string.IsNullOrEmpty(one.Value)).ToDictionary(static one => one.Key, static one => Short(one.Value!)),
                StringComparer.Ordinal),
            ApprovalJson.Default.SortedDictionaryStringString),
    });

    private static (string Key, string? Value)[] About(ApprovalRow row) =>
        [("model", row.Approval.Model), ("version", row.Approval.Version), ("environment", row.Approval.Environment), ("state", row.State), ("kind", row.Approval.Kind)];

    private static string Short(string text) => text.Length > 300 ? text[..300] : text;

    private static byte[] StateOf(ApprovalRow row)
    {
        var text = new System.Text.StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(row.Approval, OrreryJson.TypeOf<Approval>()));
        return System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text.ToString()));
    }
}

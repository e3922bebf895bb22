using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Has waivers that were given listed in the register of exceptions. The key is the approval's, so that one that is told twice is listed once.</summary>
internal sealed class WaiverRegistration(Db db, PolicyExceptions exceptions) : IEventHandler
{
    private const string Control = "approval-waiver";
    private const string Measure = "One person who did not ask gave it. Traffic ends with it, and others review it after the fact.";
    private const string Requested = "requested";

    public string Name => "governance.waivers";

    public IReadOnlySet<string> Events { get; } = new HashSet<string> { ApprovalTrail.Decided };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        if (JsonSerializer.Deserialize(e.Payload, ApprovalJson.Default.ApprovalEvent) is not { Kind: ApprovalToken.Waiver, State: ApprovalRow.Approved } told)
            return Done.Ok;
        var (row, taken) = await db.ReadAsync(
            async session => (await ApprovalStore.FindAsync(session, e.Actor.Workspace, told.Approval), await ApprovalDecisionStore.ListAsync(session, e.Actor.Workspace, told.Approval)), cancel);
        if (row is not { Approval: { NotAfter: { } end } approval } || taken is not [var decision] || approval.Stages[0].Seats.FirstOrDefault(static seat => seat.DecidedBy is not null) is not { } seat)
            return Done.Ok;
        var asker = new Actor(row.Workspace, e.Actor.WorkspaceName, approval.RequestedBy) { Origin = Origin.Job(row.RequesterId) };
        var asked = await exceptions.RequestAsync(asker, Of(approval, end), cancel);
        // One whose time was over before anybody could list it is in the trail all the same.
        if (asked.Failure is { Kind: FailureKind.Invalid })
            return Done.Ok;
        if (asked.Failed(out var away, out var listed))
            return away;
        if (listed.State != Requested)
            return Done.Ok;
        var approver = new Actor(row.Workspace, e.Actor.WorkspaceName, seat.DecidedBy!) { Origin = Origin.Job(decision.PrincipalId) };
        return (await exceptions.ApproveAsync(approver, listed.Id, seat.Comment, cancel)).Failure is { Kind: not FailureKind.Conflict } failure ? failure : Done.Ok;
    }

    private static NewPolicyExceptionEntry Of(Approval approval, DateTimeOffset end) => new()
    {
        Key = $"waiver-{approval.Id}",
        Control = Control,
        Model = approval.Model,
        Version = approval.Version,
        Environment = approval.Environment,
        Reason = approval.Justification,
        CompensatingMeasure = Measure,
        Owner = approval.RequestedBy,
        ExpiresAt = end.ToUnixTimeMilliseconds(),
    };
}

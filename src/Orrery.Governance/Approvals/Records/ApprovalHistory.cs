using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Tells risk and checks what was approved before.</summary>
internal sealed class ApprovalHistory(Db db) : IDeliveryHistory
{
    private const int Page = 500;
    private const string Production = "production";

    public async ValueTask<bool> WasBroughtAsync(Actor actor, string environment, IReadOnlySet<string> models, CancellationToken cancel) =>
        await db.ReadAsync(session => ApprovalHistoryStore.WasApprovedAsync(session, actor.Workspace, environment, models), cancel);

    public async ValueTask<DateTimeOffset?> ProvenSinceAsync(Actor actor, string model, string packageSha256, CancellationToken cancel)
    {
        if (packageSha256.Length == 0)
            return null;
        DateTimeOffset? since = null;
        for (var before = "~"; ;)
        {
            var from = before;
            var rows = await db.ReadAsync(session => ApprovalStore.ListAsync(session, actor.Workspace, new(ApprovalRow.Approved, model, null), null, from, Page), cancel);
            foreach (var approval in rows.Select(static row => row.Approval))
            {
                if (approval.Kind == ApprovalToken.Automatic && approval.Environment != Production && approval.Pins.GetValueOrDefault(ApprovalGrounds.Model) == packageSha256
                    && (since is null || approval.ApprovedAt < since))
                    since = approval.ApprovedAt;
            }

            if (rows.Count < Page)
                return since;
            before = rows[^1].Id;
        }
    }
}

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What deliveries have brought to targets, with an audit entry for each step.</summary>
internal sealed class ReleaseRecords(Db db, AuditLog audit, TimeProvider time, ILogger<ReleaseRecords> logger)
{
    public ValueTask<ReleaseRow?> FindAsync(Actor actor, ReleaseOrder order, CancellationToken cancel) =>
        db.ReadAsync(session => ReleaseStore.FindAsync(session, actor.Workspace, order.Target.Environment, order.Name, order.DeliveryId), cancel);

    public ValueTask<List<ReleaseRow>> StandingAsync(Actor actor, string environment, CancellationToken cancel) =>
        db.ReadAsync(session => ReleaseStore.StandingAsync(session, actor.Workspace, environment), cancel);

    /// <summary>Keeps what was written, once however often it is asked.</summary>
    public async ValueTask<Result<ReleaseRow>> WrittenAsync(
        Actor actor, ReleaseOrder order, int percent, string state, string manifest, string? before, string revision, string? previous, string? link, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var kept = await db.WriteAsync<ReleaseRow>(async session =>
        {
            var known = await ReleaseStore.FindAsync(session, actor.Workspace, order.Target.Environment, order.Name, order.DeliveryId);
            var row = new ReleaseRow
            {
                Environment = order.Target.Environment,
                Name = order.Name,
                DeliveryId = order.DeliveryId,
                Model = order.Model,
                Version = order.Version,
                Sha256 = order.ModelSha256,
                Percent = percent,
                State = state,
                Manifest = manifest,
                Before = known?.Before ?? (known is null ? before : null),
                ApprovalId = ApprovalToken.Parse(order.Approval)?.Id,
                Revision = revision,
                Previous = known is null ? previous : known.Previous,
                Link = link,
                CreatedAt = known?.CreatedAt ?? now,
                UpdatedAt = now,
            };
            if (known is not null && known.Revision == row.Revision && known.State == row.State && known.Percent == row.Percent)
                return known;
            await ReleaseStore.PutAsync(session, actor.Workspace, row);
            await audit.AppendAsync(session, actor, Record(known is null ? "delivery.release" : "delivery.traffic", row));
            return row;
        }, cancel);
        if (kept.Succeeded)
            Log.ReleaseWritten(logger, order.DeliveryId, order.Name, order.Target.Environment, revision);
        return kept;
    }

    /// <summary>Keeps that a release is in the branch, or taken back.</summary>
    public async ValueTask<Result<ReleaseRow>> ChangeAsync(Actor actor, ReleaseRow row, string state, string? revision, CancellationToken cancel)
    {
        var changed = row with { State = state, Revision = revision ?? row.Revision, UpdatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        if (row.State == state && changed.Revision == row.Revision)
            return row;
        return await db.WriteAsync<ReleaseRow>(async session =>
        {
            await ReleaseStore.PutAsync(session, actor.Workspace, changed);
            await audit.AppendAsync(session, actor, Record(state == ReleaseRow.RolledBack ? "delivery.rollback" : "delivery.merge", changed));
            return changed;
        }, cancel);
    }

    private static AuditRecord Record(string action, ReleaseRow row) => new(action, "delivery-target", $"{row.Environment}/{KubeNames.Of(row.Name)}")
    {
        After = Convert.FromHexString(ReleaseFiles.Hash([KeyValuePair.Create(row.Name, row.Manifest)])),
        Detail = JsonSerializer.Serialize(
            new Dictionary<string, string>
            {
                ["delivery"] = row.DeliveryId,
                ["model"] = row.Model.Length > 256 ? row.Model[..256] : row.Model,
                ["version"] = row.Version,
                ["percent"] = row.Percent.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["revision"] = row.Revision ?? "",
                ["approval"] = row.ApprovalId ?? "",
            },
            TargetJson.Default.DictionaryStringString),
    };
}

using System.Text.Json;
using Orrery.Audit;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Stage 8: one entry in the audit trail with the hashes of all stages before. The edge of lineage was written with the deployment's revision.</summary>
internal sealed class AuditStage(Db db, AuditLog audit) : IDeliveryStage
{
    public string Name => StageNames.Audit;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        var stages = await db.ReadAsync(session => StageStore.ListAsync(session, run.Actor.Workspace, run.Row.Id), cancel);
        var detail = new Dictionary<string, string>
        {
            ["model"] = run.Row.Spec.Model,
            ["version"] = run.Row.Spec.Version,
            ["environment"] = run.Row.Environment,
            ["name"] = run.Row.Name,
            ["model_sha256"] = run.Row.Plan.ModelSha256,
        };
        if (run.Row.Plan.Revision is { } revision)
            detail["revision"] = revision;
        if (run.Row.Plan.ApprovalId is { } approval)
            detail["approval"] = approval;
        foreach (var stage in stages.Where(static stage => stage.IsPassed))
            detail["stage." + stage.Name] = stage.Sha256 ?? stage.State;
        var text = JsonSerializer.Serialize(detail, DeliveryJson.Default.DictionaryStringString);
        run.Fact("entry", text);
        // A stage that is run again after a crash finds that it was written, and writes no second entry.
        if (run.Row.Plan.AuditedAt is null)
        {
            await run.KeepAsync(
                row => row with { Plan = row.Plan with { AuditedAt = run.Now.ToUnixTimeMilliseconds() } }, cancel,
                session => audit.AppendAsync(session, run.Actor, new AuditRecord("delivery.deliver", DeliveryProgress.ObjectKind, run.Row.Id) { Detail = text }));
        }

        return StageEnd.Passed($"Written to the audit trail with the hashes of {stages.Count(static stage => stage.IsPassed)} stages.");
    }
}

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Removes for good what was deleted long enough ago: runs with all that was logged to them, logged models, experiments that are
/// empty then, and blobs that nothing names. Whatever an <see cref="IArtifactReferences"/> needs stays. Killed at any moment, it
/// leaves nothing half visible, and its next attempt goes on; the report counts what that attempt did.
/// </summary>
internal sealed class GarbageCollection(
    Db db, AuditLog audit, Removals removals, OrphanSweep orphans, IEnumerable<IArtifactReferences> references, ILogger<GarbageCollection> logger) : IJobHandler
{
    public string Kind => GcRequests.Kind;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, GcJson.Default.GcOrder)!;
        var collected = await new GcPass(db, audit, removals, orphans, [.. references], job, order).RunAsync(cancel);
        if (collected.Failed(out var failure, out var report))
            return failure;
        if (!report.DryRun)
        {
            Log.Collected(logger, job.Actor.WorkspaceName, report.Experiments, report.Runs, report.LoggedModels, report.Artifacts, report.Bytes,
                report.KeptBecauseRegistered);
        }

        return JsonSerializer.Serialize(report, OrreryJson.TypeOf<GcReport>());
    }
}

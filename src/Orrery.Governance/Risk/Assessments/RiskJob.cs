using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Makes the assessments of a model, or of a workspace, anew: something changed that they are computed from.</summary>
internal sealed class RiskJob(Db db, RiskAssessments assessments, ILogger<RiskJob> logger) : IJobHandler
{
    public const string JobKind = "governance.risk";
    private const int Page = 200;

    public string Kind => JobKind;

    public int MaxConcurrent => 2;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, RiskJson.Default.RiskOrder)!;
        var names = new Dictionary<string, string?>(StringComparer.Ordinal);
        var made = 0;
        for (var after = ("", 0L, ""); ;)
        {
            var from = after;
            var rows = await db.ReadAsync(session => RiskStore.StandingAsync(session, job.Actor.Workspace, order.ModelId, from, Page), cancel);
            foreach (var (model, version, environment) in rows)
            {
                if (!names.TryGetValue(model, out var name))
                    names[model] = name = await db.ReadAsync(session => RiskStore.NameAsync(session, job.Actor.Workspace, model), cancel);
                // A model or version that is gone has no risk any more; its history stays.
                if ((await assessments.AssessAsync(job.Actor with { Limits = null }, name!, version.ToString(CultureInfo.InvariantCulture), environment, cancel)).Failed(out var failed, out _)
                    && failed.Kind is not FailureKind.NotFound)
                    Log.RiskNotAssessed(logger, name!, version, environment, failed.Code);
                job.Report(0, string.Create(CultureInfo.InvariantCulture, $"{++made} assessments"));
            }

            if (rows.Count < Page)
                return (string?)null;
            after = rows[^1];
        }
    }
}

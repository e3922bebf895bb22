using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>
/// Makes the assessments of a model anew, or those of a workspace that matter now: of versions that are deployed there, or whose approval is asked for or stands. The others are made
/// when somebody asks for them.
/// </summary>
internal sealed class RiskJob(Db db, RiskAssessments assessments, DeployedVersions deployed, ILogger<RiskJob> logger) : IJobHandler
{
    public const string JobKind = "governance.risk";
    private const int Page = 200;

    public string Kind => JobKind;

    public int MaxConcurrent => 2;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, RiskJson.Default.RiskOrder)!;
        var places = order.ModelId is null ? await deployed.PlacesAsync(job.Actor, cancel) : null;
        var looks = new RiskLooks();
        var made = 0;
        for (var after = ("", 0L, ""); ;)
        {
            var from = after;
            var rows = await db.ReadAsync(session => RiskStore.StandingAsync(session, job.Actor.Workspace, order.ModelId, from, Page), cancel);
            foreach (var row in rows)
            {
                var version = row.Version.ToString(CultureInfo.InvariantCulture);
                if (places is not null && row.Approvals == 0 && !places.Contains((row.Model, version, row.Environment)))
                    continue;
                // A model or version that is gone has no risk any more; its history stays.
                if ((await assessments.AssessOneAsync(job.Actor with { Limits = null }, row.Model, version, row.Environment, looks, cancel)).Failed(out var failed, out _)
                    && failed.Kind is not FailureKind.NotFound)
                    Log.RiskNotAssessed(logger, row.Model, row.Version, row.Environment, failed.Code);
                job.Report(0, string.Create(CultureInfo.InvariantCulture, $"{++made} assessments"));
            }

            if (rows.Count < Page)
                return string.Create(CultureInfo.InvariantCulture, $$"""{"assessments":{{made}}}""");
            after = (rows[^1].ModelId, rows[^1].Version, rows[^1].Environment);
        }
    }
}

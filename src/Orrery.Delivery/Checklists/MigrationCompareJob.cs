using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Asks the old endpoint and the new version for the same rows, and keeps what came of it. Asking changes nothing, so that a server's end costs time alone.</summary>
internal sealed class MigrationCompareJob(
    Db db, AuditLog audit, BothSides sides, VersionAnswers versions, LoggedInputs logged, TimeProvider time, ILogger<MigrationCompareJob> logger) : IJobHandler
{
    public const string JobKind = "delivery.compare";

    private const int Silent = 20;

    public string Kind => JobKind;

    public int MaxConcurrent => 2;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 20, FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromMinutes(1) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, ChecklistJson.Default.MigrationOrder)!;
        var (row, running) = await db.ReadAsync(
            async session => (await MigrationStore.FindAsync(session, job.Actor.Workspace, order.Migration), await ComparisonStore.FindRunningAsync(session, job.Actor.Workspace, order.Migration, order.Comparison)), cancel);
        if (row is null || running is null)
            return (string?)null;
        var ended = (await CompareAsync(job, row, running, cancel)).Failed(out var refused, out var found) ? running.Comparison with { State = "failed", Message = refused.Message } : found;
        ended = ended with { EndedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var kept = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failed(out var lost, out _))
                return lost;
            if (await ComparisonStore.EndAsync(session, job.Actor.Workspace, row.Id, ended))
                await audit.AppendAsync(session, job.Actor, new AuditRecord("migration.compared", ModelMigrations.ObjectKind, row.Id) { Detail = Detail(ended) });
            return Done.Ok;
        }, cancel);
        if (kept.Failed(out var failure, out _))
            return failure;
        Log.Compared(logger, row.Id, ended.State, ended.Agreed, ended.Rows);
        return $$"""{"migration":"{{row.Id}}","comparison":"{{ended.Id}}"}""";
    }

    private async ValueTask<Result<ModelMigrationComparison>> CompareAsync(JobContext job, MigrationRow row, RunningComparison running, CancellationToken cancel)
    {
        var (asked, begun) = (running.Asked, running.Comparison);
        if ((await InstancesAsync(job.Actor, asked, cancel)).Failed(out var refused, out var instances))
            return refused;
        if ((await versions.HoldAsync(job.Actor, row.Model, begun.Version, cancel)).Failed(out refused, out var held))
            return refused;
        using (held)
        {
            // Once before time is taken: the version is loaded then, and the connection made.
            _ = await sides.OldAsync(row.Asked.Endpoint, row.Model, instances[0], asked.Output, cancel);
            _ = await sides.NewAsync(job.Actor, row.Model, begun.Version, instances[0], asked.Output, cancel);
            var figures = new ComparisonFigures(new PredictionComparing(begun.AbsoluteTolerance, begun.RelativeTolerance));
            for (var index = 0; index < instances.Count; index++)
            {
                figures.Add(
                    instances[index],
                    await sides.OldAsync(row.Asked.Endpoint, row.Model, instances[index], asked.Output, cancel),
                    await sides.NewAsync(job.Actor, row.Model, begun.Version, instances[index], asked.Output, cancel));
                job.Report((index + 1.0) / instances.Count, string.Create(CultureInfo.InvariantCulture, $"{index + 1} of {instances.Count} rows are compared."));
                if (figures.SilentSide(Silent) is { } silent)
                    return figures.End(begun) with { State = "failed", Message = $"{silent} answered none of the first {Silent} rows." };
            }

            var end = figures.End(begun);
            return figures.SilentSide(1) is { } mute ? end with { State = "failed", Message = $"{mute} answered no row." } : end;
        }
    }

    private async ValueTask<Result<IReadOnlyList<string>>> InstancesAsync(Actor actor, MigrationQuestion asked, CancellationToken cancel)
    {
        var rows = asked.Instances;
        if (rows is null && (await logged.NewestAsync(actor, asked.Environment!, asked.Deployment!, asked.Rows, cancel)).Failed(out var refused, out rows))
            return refused;
        return rows!.Count == 0
            ? Failure.Conflict("delivery.no_samples", $"The log of {asked.Environment}/{asked.Deployment} has no inputs: log its predictions, or send 'instances'.")
            : rows.Select(static row => row.GetRawText()).ToList();
    }

    private static string Detail(ModelMigrationComparison ended) => JsonSerializer.Serialize(
        new Dictionary<string, string>
        {
            ["comparison"] = ended.Id,
            ["version"] = ended.Version,
            ["state"] = ended.State,
            ["rows"] = ended.Rows.ToString(CultureInfo.InvariantCulture),
            ["agreed"] = ended.Agreed.ToString(CultureInfo.InvariantCulture),
        },
        ChecklistJson.Default.DictionaryStringString);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Which run a job does.</summary>
/// <param name="Project">Name of the project.</param>
internal sealed record MaterializationPayload(string Project);

[JsonSerializable(typeof(MaterializationPayload))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class MaterializationJson : JsonSerializerContext;

/// <summary>
/// Brings one view online: the time is cut into parts of about as many rows, the oldest first; of each part the newest row of each entity goes
/// to the online store, and then the part is noted as done. A run that is stopped, or whose server dies, goes on after the last part that was
/// noted; what it writes again changes nothing, since the store compares times.
/// </summary>
internal sealed class MaterializationJob(
    Db db, Projects projects, IOnlineStore store, DuckEngines engines, SourceFiles files, PushedRows pushed, Warehouses warehouses, QualityGate gate,
    FeatureOptions options, Outbox outbox, LineageSender lineage, TimeProvider time, ILogger<MaterializationJob> logger) : IJobHandler
{
    public const string JobKind = "features.materialize";
    private const string Reason = "materialization";

    private readonly int _partRows = options.MaterializationPartRows;

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 8, FirstRetry = TimeSpan.FromSeconds(2), LongestRetry = TimeSpan.FromMinutes(5) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, MaterializationJson.Default.MaterializationPayload)!;
        var run = await db.ReadAsync(session => MaterializationStore.FindAsync(session, job.Actor.Workspace, job.Id.ToString()), cancel);
        if (run is null)
            return Failure.NotFound("features.run_not_found", $"There is no materialization {job.Id}.");
        var done = await RunAsync(job, run, order, cancel);
        if (done.Failure is { } failure && IsFinal(job, failure))
            await EndAsync(job, run, "failed", failure.Message, cancel);
        return done.Failed(out var failed, out _) ? failed : (string?)null;
    }

    private bool IsFinal(JobContext job, Failure failure) =>
        failure.Kind is not (FailureKind.Unavailable or FailureKind.Exhausted) || job.Attempt >= Policy.MaxAttempts;

    private async Task<Result<Done>> RunAsync(JobContext job, MaterializationRow run, MaterializationPayload order, CancellationToken cancel)
    {
        if ((await projects.FindAsync(job.Actor, order.Project, cancel)).Failed(out var missing, out var project))
            return missing;
        if (project.FindView(run.View, run.Version) is not { } view || view.Id != run.ViewId || view.StorageVersion != run.StorageVersion)
            return Failure.Conflict("features.view_changed", $"Feature view {run.View} has no version {run.Version} any more that is stored as it was when the run was asked for.");
        if ((await engines.LeaseAsync(project.Workspace, cancel)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            try
            {
                return await RunAsync(job, run, project, view, lease, cancel);
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }
            catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
            {
                return e is PostgresException refused && !refused.IsTransient
                    ? Failure.Invalid("features.warehouse_failed", $"The warehouse refused the query: {refused.MessageText}")
                    : Failure.Unavailable("features.warehouse_unavailable", $"The warehouse cannot be reached: {e.Message}");
            }
        }
    }

    private async Task<Result<Done>> RunAsync(
        JobContext job, MaterializationRow run, FeatureProject project, FeatureView view, DuckLease lease, CancellationToken cancel)
    {
        var source = view.Source.History;
        var there = source.Kind is SourceKind.Table or SourceKind.Query && source.Document.Warehouse is not null;
        if (!there)
        {
            var relations = new DuckRelations(lease, project, files, pushed);
            if ((await relations.OfAsync(source, cancel)).Failed(out var wrong, out var raw))
                return wrong;
            var relation = view.Rules.Count + source.Rules.Count > 0 ? NamedColumns.Of(raw, project, view) : raw;
            if (DuckDbDialect.Instance.Scan(relation, view, [], Bounds(run, source)).Failed(out wrong, out var scan))
                return wrong;
            var rows = new CheckedRows(project, view, source, QualitySql.Rows(relation.From, scan.Where), Reason);
            var checkedRows = await gate.CheckAsync(job.Actor, rows, lease.Connection, cancel);
            if (checkedRows.Refusal is { } refused)
                return refused;
            try
            {
                return await PartsAsync(job, run, project, view, new DuckNewestRows(lease, relation, view, checkedRows.Keeps), lease, checkedRows.Report?.Quarantined ?? 0, cancel);
            }
            catch (DuckException e) when (Conversions.IsOne(e))
            {
                return Conversions.Explain(lease, raw, view, [.. Enumerable.Range(0, view.Fields.Count)], cancel) ?? PointInTime.Failed(e);
            }
        }

        if (warehouses.Find(project.WorkspaceName, source.Document.Warehouse!).Failed(out var unknown, out var warehouse))
            return unknown;
        await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
        return await ThereAsync(job, run, project, view, lease, warehouse, connection, cancel);
    }

    private async Task<Result<Done>> ThereAsync(
        JobContext job, MaterializationRow run, FeatureProject project, FeatureView view, DuckLease lease, Warehouse warehouse, NpgsqlConnection connection, CancellationToken cancel)
    {
        var source = view.Source.History;
        if ((await WarehouseRelations.OfAsync(connection, source, cancel)).Failed(out var wrong, out var relation)
            || RowFilter.There(warehouse.Dialect, relation, RowFilter.Rules(view)).Failed(out wrong, out var filter)
            || warehouse.Dialect.Scan(relation, view, [], Bounds(run, source)).Failed(out wrong, out var scan))
            return wrong;
        var quarantined = 0L;
        if (view.Rules.Count + source.Rules.Count > 0)
        {
            var loaded = await WarehouseRows.LoadAsync(lease.Connection, "orrery_checked", connection, warehouse.Dialect, relation, scan.Where, filter, cancel);
            var rows = new CheckedRows(project, view, source, loaded, Reason) { Judged = filter.Keeps is null ? null : WarehouseRows.Keeps };
            var answer = await gate.CheckAsync(job.Actor, rows, lease.Connection, cancel);
            lease.Connection.Execute(WarehouseJoinSql.Drop("orrery_checked"), cancel);
            if (answer.Refusal is { } refused)
                return refused;
            quarantined = answer.Report?.Quarantined ?? 0;
        }

        return await PartsAsync(job, run, project, view, new WarehouseNewestRows(lease, warehouse, connection, relation, view, filter), lease, quarantined, cancel);
    }

    // Late rows lie before the run's own time and are held against the rules, too.
    private static TimeBounds Bounds(MaterializationRow run, FeatureSource source) =>
        new(run.Mode is MaterializationModes.Incremental && source.CreatedColumn is not null ? null : run.Cursor ?? run.From, run.To);

    private async Task<Result<Done>> PartsAsync(
        JobContext job, MaterializationRow run, FeatureProject project, FeatureView view, NewestRows rows, DuckLease lease, long quarantined, CancellationToken cancel)
    {
        var table = OnlineTable.Of(project, view);
        var state = await db.ReadAsync(session => MaterializationStore.StateAsync(session, table), cancel);
        if ((await PlanAsync(run, state, rows, cancel)).Failed(out var wrong, out var plan))
            return wrong;
        // Rows that were carried over lack the features that are new; the first run has them.
        var pump = new RowPump(store, table, view, state.Until is null && view.StorageVersion > 1 ? EqualTimes.Replace : EqualTimes.Keep);
        var (parts, total, created, last) = plan;
        var before = 0L;
        foreach (var (part, expected) in parts)
        {
            if ((await rows.SelectAsync(part, cancel)).Failed(out wrong, out var select))
                return wrong;
            var start = before;
            var pumped = await pump.RunAsync(
                lease.Connection, select, moved => job.Report(total == 0 ? 1 : Math.Min(0.999, (double)(start + Math.Min(moved, expected)) / total), $"{view.Name}: {moved} entities of this part written"), cancel);
            if (pumped.Failed(out wrong, out var moved))
                return wrong;
            before += expected;
            if ((await StepAsync(job, run, table, part, moved, quarantined, cancel)).Failed(out wrong, out _))
                return wrong;
            quarantined = 0;
        }

        return await FinishAsync(job, run, table, state, created, last, cancel);
    }

    private async Task<Result<(List<(MaterializationPart Part, long Rows)> Parts, long Rows, long? Created, long? Last)>> PlanAsync(
        MaterializationRow run, MaterializationState state, NewestRows rows, CancellationToken cancel)
    {
        var parts = new List<(MaterializationPart, long)>();
        var first = run.Cursor is { } cursor ? cursor + 1 : run.From;
        long? created = null;
        if (run.Mode is MaterializationModes.Incremental && run.Cursor is null && state.CreatedUntil is { } known && first is > long.MinValue)
        {
            var late = new MaterializationPart(new TimeBounds(null, first - 1), known);
            if ((await rows.ExtentAsync(late, cancel)).Failed(out var unread, out var found))
                return unread;
            created = found.Created;
            if (found.Rows > 0)
                parts.Add((late, found.Rows));
        }

        var whole = new MaterializationPart(new TimeBounds(first, run.To));
        if ((await rows.ExtentAsync(whole, cancel)).Failed(out var wrong, out var extent))
            return wrong;
        if (extent.Created is { } seen && (created is null || seen > created))
            created = seen;
        var count = (int)Math.Min(10_000, (extent.Rows + _partRows - 1) / _partRows);
        if (extent.Rows == 0)
            return (parts, parts.Sum(static part => part.Item2), created, extent.Last);
        IReadOnlyList<long> cuts = [];
        if (count > 1 && (await rows.CutsAsync(whole, count, cancel)).Failed(out wrong, out cuts!))
            return wrong;
        var from = first;
        foreach (var cut in cuts.Where(cut => cut < run.To))
        {
            parts.Add((new(new TimeBounds(from, cut)), extent.Rows / count));
            from = cut + 1;
        }

        parts.Add((new(new TimeBounds(from, run.To)), extent.Rows / count));
        return (parts, parts.Sum(static part => part.Item2), created, extent.Last);
    }

    /// <summary>Notes a part as done, while this server still holds the job.</summary>
    private ValueTask<Result<Done>> StepAsync(
        JobContext job, MaterializationRow run, OnlineTable table, MaterializationPart part, Pumped moved, long quarantined, CancellationToken cancel) =>
        db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failed(out var lost, out _))
                return lost;
            // Late rows lie before the run's own time: they move no cursor.
            var cursor = part.CreatedAfter is null ? part.Bounds.Last!.Value : (run.Cursor ?? (run.From ?? long.MinValue + 1) - 1);
            await MaterializationStore.StepAsync(session, table.Workspace, run.RunId, cursor, moved.Read, moved.Written, quarantined);
            await MaterializationStore.AdvanceAsync(session, table, since: null, until: null, created: null, moved.Newest, time.GetUtcNow().ToUnixTimeMilliseconds());
            return Done.Ok;
        }, cancel);

    private ValueTask<Result<Done>> FinishAsync(
        JobContext job, MaterializationRow run, OnlineTable table, MaterializationState state, long? created, long? last, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        if ((await job.GuardAsync(session)).Failed(out var lost, out _))
            return lost;
        var now = time.GetUtcNow();
        // A time of its own, with a gap before it, does not make what lies in the gap known.
        var joins = run.Mode is not MaterializationModes.Range || run.From is null || (state.Until is { } until && run.From <= until + 1);
        // What was seen counts, not what time it is: rows that arrive later with earlier times are new as long as they are the newest.
        var seen = last ?? (state.Until is null ? run.From : null);
        await MaterializationStore.AdvanceAsync(
            session, table,
            joins ? run.From ?? long.MinValue : null,
            joins ? seen : null,
            joins && created is { } known ? Math.Min(known, Materializations.Micros(now)) : null,
            newest: null,
            now.ToUnixTimeMilliseconds());
        await MaterializationStore.EndAsync(session, table.Workspace, run.RunId, "succeeded", error: null, now.ToUnixTimeMilliseconds());
        outbox.Append(session, job.Actor, "features.materialized", JsonSerializer.Serialize(new MaterializedEvent(run.Project, run.View, run.Version, run.RunId), FeatureEventJson.Default.MaterializedEvent));
        lineage.Tell(session, job.Actor, FeatureEdges.Materialized(run, LineageFact.Complete, now.ToUnixTimeMilliseconds(), error: null));
        Log.Materialized(logger, run.Project, run.View, run.RunId);
        return Done.Ok;
    }, cancel);

    private async Task EndAsync(JobContext job, MaterializationRow run, string state, string? error, CancellationToken cancel)
    {
        Log.NotMaterialized(logger, run.Project, run.View, run.RunId, error ?? "");
        await db.WriteAsync<Done>(async session =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await MaterializationStore.EndAsync(session, job.Actor.Workspace, run.RunId, state, error, now);
            lineage.Tell(session, job.Actor, FeatureEdges.Materialized(run, state == "failed" ? LineageFact.Fail : LineageFact.Abort, now, error));
            return Done.Ok;
        }, cancel);
    }
}

using Npgsql;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Checking on demand, and what checks found.</summary>
internal sealed class QualityChecks(
    Db db, AuditLog audit, Projects projects, DuckEngines engines, SourceFiles files, PushedRows pushed, Warehouses warehouses, QualityGate gate, FeatureOptions options)
{
    private const string Reason = "check";

    /// <summary>
    /// Checks the rows of a view (its rules and its source's) or of a source; <c>features.view_not_found</c>, <c>features.source_not_found</c>,
    /// <c>features.no_rules</c>, <c>features.warehouse_unavailable</c>.
    /// </summary>
    public async ValueTask<Result<QualityReport>> RunAsync(Actor actor, string projectName, string? viewName, string? sourceName, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, projectName, cancel)).Failed(out var failure, out var project))
            return failure;
        if (Find(project, viewName, sourceName).Failed(out failure, out var found))
            return failure;
        var (view, source) = found;
        if (source.Rules.Count == 0 && (view?.Rules.Count ?? 0) == 0)
            return Failure.Invalid("features.no_rules", $"Neither {(view is null ? "" : $"feature view {view.Name} nor ")}source {source.Name} has rules; add 'rules' to its definition.");
        if ((await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out failure, out var lease))
            return failure;
        using var deadline = new QueryDeadline(options, cancel);
        using (lease)
        {
            try
            {
                return source.Document.Warehouse is { } warehouse
                    ? await ThereAsync(actor, project, view, source, warehouse, lease, deadline.Token)
                    : await HereAsync(actor, project, view, source, lease, deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsOver)
            {
                return deadline.Failure;
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }
        }
    }

    private async ValueTask<Result<QualityReport>> HereAsync(
        Actor actor, FeatureProject project, FeatureView? view, FeatureSource source, DuckLease lease, CancellationToken cancel)
    {
        if ((await new DuckRelations(lease, project, files, pushed).OfAsync(source, cancel)).Failed(out var failure, out var relation))
            return failure;
        var rows = new CheckedRows(project, view, source, QualitySql.Rows(NamedColumns.Of(relation, project, view).From, "true"), Reason);
        return (await gate.CheckAsync(actor, rows, lease.Connection, cancel)).Report!;
    }

    private async ValueTask<Result<QualityReport>> ThereAsync(
        Actor actor, FeatureProject project, FeatureView? view, FeatureSource source, string name, DuckLease lease, CancellationToken cancel)
    {
        if (warehouses.Find(project.WorkspaceName, name).Failed(out var failure, out var warehouse))
            return failure;
        try
        {
            await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
            var setAside = source.Rules.Concat(view?.Rules ?? []).Where(RowFilter.SetsAside).ToList();
            if ((await WarehouseRelations.OfAsync(connection, source, cancel)).Failed(out failure, out var relation)
                || RowFilter.There(warehouse.Dialect, relation, setAside).Failed(out failure, out var filter))
                return failure;
            var loaded = await WarehouseRows.LoadAsync(lease.Connection, "orrery_checked", connection, warehouse.Dialect, relation, "true", filter, cancel);
            var rows = new CheckedRows(project, view, source, loaded, Reason) { Judged = filter.Keeps is null ? null : WarehouseRows.Keeps };
            return (await gate.CheckAsync(actor, rows, lease.Connection, cancel)).Report!;
        }
        catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
        {
            return e is PostgresException refused && !refused.IsTransient
                ? Failure.Invalid("features.warehouse_failed", $"Warehouse {name} refused the query: {refused.MessageText}")
                : Failure.Unavailable("features.warehouse_unavailable", $"Warehouse {name} cannot be reached: {e.Message}");
        }
    }

    /// <summary>A report; <c>features.check_not_found</c>.</summary>
    public async ValueTask<Result<QualityReport>> FindAsync(Actor actor, string project, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => QualityStore.FindAsync(session, actor.Workspace, project, id), cancel) is { } report
            ? report
            : Failure.NotFound("features.check_not_found", $"There is no quality check {DefinitionNames.Clip(id)} in project {DefinitionNames.Clip(project)}.");

    /// <summary>Reports, newest first; <c>features.project_not_found</c>, <c>features.invalid_page_token</c>.</summary>
    public async ValueTask<Result<QualityReportPage>> ListAsync(
        Actor actor, string project, string? view, string? source, int limit, string? token, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var unknown, out _))
            return unknown;
        var before = "g";
        if (!string.IsNullOrEmpty(token) && (before = PageToken.Decode(token, 1)?[0] as string) is null)
            return FeaturePages.NotOurs();
        var reports = await db.ReadAsync(session => QualityStore.ListAsync(session, actor.Workspace, project, view, source, before!, limit + 1), cancel);
        return new QualityReportPage
        {
            Reports = reports.Count > limit ? reports[..limit] : reports,
            NextPageToken = reports.Count > limit ? PageToken.Encode(reports[limit - 1].Id!) : null,
        };
    }

    /// <summary>Rows that were set aside; <c>features.project_not_found</c>, <c>features.invalid_page_token</c>.</summary>
    public async ValueTask<Result<QuarantinePage>> QuarantineAsync(Actor actor, string project, int limit, string? token, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var unknown, out _))
            return unknown;
        var (before, position) = ("g", -1L);
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 2) is not [string check, long place])
                return FeaturePages.NotOurs();
            (before, position) = (check, place);
        }

        var rows = await db.ReadAsync(session => QualityStore.ListQuarantineAsync(session, actor.Workspace, project, before, position, limit + 1), cancel);
        return new QuarantinePage
        {
            Rows = [.. rows.Take(limit).Select(static one => one.Row)],
            NextPageToken = rows.Count > limit ? PageToken.Encode(rows[limit - 1].Row.CheckId, rows[limit - 1].Position) : null,
        };
    }

    /// <summary>Deletes rows that were set aside, of one check or of the whole project.</summary>
    public ValueTask<Result<Done>> ClearAsync(Actor actor, string project, string? check, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        var rows = await QualityStore.ClearAsync(session, actor.Workspace, project, check);
        await audit.AppendAsync(session, actor, new AuditRecord("features.quarantine.clear", "feature-project", DefinitionNames.Clip(project)) { Detail = $$"""{"rows":{{rows}}}""" });
        return Done.Ok;
    }, cancel);

    private static Result<(FeatureView? View, FeatureSource Source)> Find(FeatureProject project, string? viewName, string? sourceName)
    {
        if (!string.IsNullOrEmpty(viewName))
        {
            return project.Views.TryGetValue(viewName, out var view)
                ? (view, view.Source.History)
                : Failure.NotFound("features.view_not_found", $"Feature view {DefinitionNames.Clip(viewName)} does not exist in project {project.Name}.");
        }

        if (string.IsNullOrEmpty(sourceName))
            return Failure.Invalid("features.nothing_to_check", "Name what to check: view=... or source=....");
        return project.Sources.TryGetValue(sourceName, out var source)
            ? ((FeatureView?)null, source.History)
            : Failure.NotFound("features.source_not_found", $"Source {DefinitionNames.Clip(sourceName)} does not exist in project {project.Name}.");
    }
}

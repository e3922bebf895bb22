using Npgsql;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Asks the rules of views and their sources of the rows that a training set reads: those between the bounds of its times.</summary>
internal sealed class ViewChecks(QualityGate gate, Actor actor, FeatureProject project)
{
    private const string Reason = "training_set";

    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private readonly List<QualityReport> _reports = [];

    /// <summary>What was found, in the order of the views.</summary>
    public IReadOnlyList<QualityReport> Reports => _reports;

    /// <summary>Checks rows in the embedded engine; <c>features.quality_rejected</c>, null when they may be used.</summary>
    public async ValueTask<Failure?> HereAsync(DuckLease lease, FeatureView view, SourceRelation relation, string where, CancellationToken cancel) =>
        IsDue(view) ? await CheckAsync(lease, Rows(view, QualitySql.Rows(relation.From, where)), cancel) : null;

    /// <summary>Checks rows of a warehouse.</summary>
    public async ValueTask<Failure?> ThereAsync(
        DuckLease lease, FeatureView view, NpgsqlConnection connection, PostgresDialect dialect, SourceRelation relation, string where, RowFilter filter, CancellationToken cancel)
    {
        if (!IsDue(view))
            return null;
        var loaded = await WarehouseRows.LoadAsync(lease.Connection, "orrery_checked", connection, dialect, relation, where, filter, cancel);
        return await CheckAsync(lease, Rows(view, loaded) with { Judged = filter.Keeps is null ? null : WarehouseRows.Keeps }, cancel);
    }

    // How old the newest row is now says nothing of rows for times gone by. Rows that were set aside are in quarantine since they were to come online.
    private CheckedRows Rows(FeatureView view, string relation)
    {
        var rows = new CheckedRows(project, view, view.Source.History, relation, Reason) { KeepsAside = false };
        return rows with { Rules = [.. rows.Rules.Where(static rule => rule.Kind.Name is not "freshness")] };
    }

    // A view that is joined twice, by keys of other names, is read twice and asked once.
    private bool IsDue(FeatureView view) => view.Rules.Count + view.Source.History.Rules.Count > 0 && _checked.Add(FormattableString.Invariant($"{view.Name}@{view.Version}"));

    private async ValueTask<Failure?> CheckAsync(DuckLease lease, CheckedRows rows, CancellationToken cancel)
    {
        var answer = await gate.CheckAsync(actor, rows, lease.Connection, cancel);
        if (answer.Report is { } report)
            _reports.Add(report);
        return answer.Refusal;
    }
}

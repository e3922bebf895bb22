using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>How a selection is joined.</summary>
/// <param name="Timestamp">Column of the entity rows with their times.</param>
/// <param name="KnownAt">Leave out what became known after the entity row's time, where a source says when that was.</param>
internal sealed record JoinOptions(string Timestamp, bool KnownAt)
{
    /// <summary>What of each source is read, where that is not what it has now.</summary>
    public SourcePins Pins { get; init; } = new();

    /// <summary>Take note of what warehouses' tables hold, which costs a scan of them.</summary>
    public bool WithState { get; init; }

    /// <summary>Rules that set rows aside, by view and version, where those of a manifest hold; null for those of the definitions.</summary>
    public IReadOnlyDictionary<(string View, int Version), IReadOnlyList<QualityRule>>? Rules { get; init; }

    /// <summary>Asks the rules of views of what is read; null to ask none.</summary>
    public ViewChecks? Checks { get; init; }

    /// <summary>Subjects whose entity rows are left out; null for none.</summary>
    public SubjectIndex? Excluded { get; init; }

    /// <summary>The rules that set rows of a view aside.</summary>
    public IReadOnlyList<QualityRule> RulesOf(FeatureView view) => Rules is null ? RowFilter.Rules(view) : Rules.GetValueOrDefault((view.Name, view.Version)) ?? [];
}

/// <summary>
/// The point-in-time join: for each entity row and view the row that held then. Views are joined where their sources are, and meet in the
/// embedded engine by the entity rows' numbers.
/// </summary>
internal sealed class PointInTime(DuckEngines engines, SourceFiles files, PushedRows pushed, Warehouses warehouses)
{
    private const int ViewsOfOneJoin = 12;

    /// <summary>Joins. The caller disposes the rows, with which the engine's connection goes.</summary>
    /// <param name="selection">What is asked for.</param>
    /// <param name="input">Gives the entity rows; files are written to the lease's folder first.</param>
    /// <param name="options">How.</param>
    /// <param name="watch">Told the connection that works, for its progress; null when nobody looks.</param>
    /// <param name="cancel">Interrupts the engine.</param>
    /// <returns>Every failure of sources, entity rows and engines.</returns>
    public async Task<Result<JoinedRows>> JoinAsync(
        FeatureSelection selection,
        Func<DuckLease, ValueTask<Result<EntityInput>>> input,
        JoinOptions options,
        Action<DuckConnection>? watch,
        CancellationToken cancel)
    {
        if ((await engines.LeaseAsync(selection.Project.Workspace, cancel, watch is null ? EngineUse.Request : EngineUse.Job)).Failed(out var busy, out var lease))
            return busy;
        var handedOn = false;
        try
        {
            watch?.Invoke(lease.Connection);
            if ((await input(lease)).Failed(out var refused, out var entities))
                return refused;
            var joined = await JoinAsync(lease, selection, entities, options, cancel);
            handedOn = joined.Succeeded;
            return joined;
        }
        catch (DuckException e)
        {
            return Failed(e);
        }
        finally
        {
            if (!handedOn)
                lease.Dispose();
        }
    }

    /// <summary>What a failure of the engine means to the caller.</summary>
    public static Failure Failed(DuckException e) => e.Type switch
    {
        DuckErrorType.OutOfMemory => Failure.Unavailable("features.engine_full", $"The embedded engine has too little memory or room on disk for this: {e.Summary}"),
        DuckErrorType.Io => Failure.Unavailable("features.engine_failed", $"The embedded engine could not read or write a file: {e.Summary}"),
        _ => Failure.Invalid("features.join_failed", $"The join failed: {e.Summary}"),
    };

    private async Task<Result<JoinedRows>> JoinAsync(DuckLease lease, FeatureSelection selection, EntityInput input, JoinOptions options, CancellationToken cancel)
    {
        var needs = new EntityNeeds();
        var views = NeededViews.Of(selection, needs);
        var relations = new DuckRelations(lease, selection.Project, files, pushed, options.Pins);
        var sides = views.All.ToLookup(static view => view.Warehouse is null);
        var loaded = input is EntityRange range
            ? await new RangeRows(lease, relations, selection.Project, warehouses, options).LoadAsync(range, views.All, options.Timestamp, needs, cancel)
            : EntityLoader.Load(lease, input, options.Timestamp, needs, cancel);
        if (loaded.Failed(out var wrong, out var frame))
            return wrong;
        if (options.Excluded is { } subjects)
            frame = ExcludedSubjects.Apply(lease, frame, views.All, subjects, cancel);
        var local = new List<ViewJoin>();
        foreach (var view in sides[true])
        {
            if ((await PlanAsync(lease, relations, selection.Project, view, frame.Bounds, options, cancel)).Failed(out wrong, out var plan))
                return wrong;
            local.Add(plan);
        }

        if ((await JoinHereAsync(lease, relations, local, cancel)).Failed(out wrong, out var tables))
            return wrong;
        var remote = new WarehouseTables();
        foreach (var group in sides[false].GroupBy(static view => view.Warehouse!))
        {
            if (warehouses.Find(selection.Project.WorkspaceName, group.Key).Failed(out wrong, out var warehouse))
                return wrong;
            var there = group.Select(view => new WarehouseView(view.Name, view.View, view.Source, view.Fields, view.Keys, Bounds(view.View, frame.Bounds), options.KnownAt, options.RulesOf(view.View))).ToList();
            if ((await new WarehouseJoin(lease, warehouse, remote, options.WithState, options.Checks).RunAsync(there, relations.Snapshot, cancel)).Failed(out wrong, out _))
                return wrong;
        }

        return new JoinedRows(lease, frame, OutputSql.Make(selection, frame, views, tables, remote.Names), relations.Snapshot);
    }

    private static async ValueTask<Result<ViewJoin>> PlanAsync(
        DuckLease lease, DuckRelations relations, FeatureProject project, NeededView view, TimeBounds entities, JoinOptions options, CancellationToken cancel)
    {
        if ((await relations.OfAsync(view.View.Source, cancel)).Failed(out var wrong, out var raw))
            return wrong;
        var rules = options.RulesOf(view.View);
        var relation = rules.Count > 0 || options.Checks is not null ? NamedColumns.Of(raw, project, view.View) : raw;
        if (DuckDbDialect.Instance.Scan(relation, view.View, [], Bounds(view.View, entities)).Failed(out wrong, out var read))
            return wrong;
        if (options.Checks is { } checks && await checks.HereAsync(lease, view.View, relation, read.Where, cancel) is { } refused)
            return refused;
        if (RowFilter.Scan(lease.Connection, relation, view.View, view.Fields, Bounds(view.View, entities), rules, cancel).Failed(out wrong, out var scan))
            return wrong;
        return new ViewJoin
        {
            Name = view.Name,
            View = view.View,
            Fields = view.Fields,
            Scan = scan,
            Keys = view.Keys,
            KeyTable = "orrery_k_" + string.Join('_', view.Keys),
            KnownAt = options.KnownAt && scan.HasCreated,
        };
    }

    // Nothing later than the last entity row is chosen, and nothing that had run out before the first.
    private static TimeBounds Bounds(FeatureView view, TimeBounds entities)
    {
        var ttl = view.Ttl is { Ticks: > 0 } span ? span.Ticks / TimeSpan.TicksPerMicrosecond : (long?)null;
        return new(ttl is { } least && entities.First is { } first && first > long.MinValue + least ? first - least : null, entities.Last);
    }

    private static async ValueTask<Result<List<string>>> JoinHereAsync(DuckLease lease, DuckRelations relations, List<ViewJoin> views, CancellationToken cancel)
    {
        foreach (var view in views.Where(static view => view.Keys.Count > 0).DistinctBy(static view => view.KeyTable))
            lease.Connection.Execute(DuckDbJoinSql.KeyTable(view.KeyTable, view.Keys), cancel);
        var tables = new List<string>();
        foreach (var some in views.Chunk(ViewsOfOneJoin))
        {
            var table = FormattableString.Invariant($"orrery_r{tables.Count}");
            try
            {
                lease.Connection.Execute(DuckDbJoinSql.Join(some, table), cancel);
            }
            catch (DuckException e) when (Conversions.IsOne(e))
            {
                foreach (var view in some)
                {
                    if ((await relations.OfAsync(view.View.Source, cancel)).Succeeded
                        && Conversions.Explain(lease, (await relations.OfAsync(view.View.Source, cancel)).Value, view.View, view.Fields, cancel) is { } why)
                        return why;
                }

                return Failed(e);
            }

            tables.Add(table);
        }

        return tables;
    }
}

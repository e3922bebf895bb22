using Npgsql;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Looks whether the views of a project can read their sources as these are now: files that are not there, columns that are missing or of a type
/// that nothing declared can be made of, unknown warehouses. Each source is opened once and no row is read; what is not looked at in time is named.
/// </summary>
internal sealed class SourceCheck(DuckEngines engines, SourceFiles files, PushedRows pushed, Warehouses warehouses, TimeProvider time)
{
    /// <summary>How long one check may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What may come right without a change of the definitions.
    private static readonly HashSet<string> MayCome =
    [
        "features.source_file_missing", "features.source_not_allowed", "features.warehouse_not_found", "features.warehouse_unavailable", "features.source_unreadable",
        "features.source_not_checked", "features.busy", "features.engine_unavailable",
    ];

    /// <summary>What is wrong, by source and view; only what was changed can be fatal.</summary>
    /// <param name="project">As it would be.</param>
    /// <param name="changes">What changes of it.</param>
    /// <param name="all">Look at what does not change, too.</param>
    /// <param name="cancel">Stops looking.</param>
    public async ValueTask<List<FeatureSourceProblem>> OfAsync(FeatureProject project, IReadOnlyList<FeatureChange> changes, bool all, CancellationToken cancel)
    {
        var changed = changes.Where(static change => change.Action != "remove").Select(static change => (change.Kind, change.Name)).ToHashSet();
        var sources = Sources(project, changed, all);
        var found = new List<FeatureSourceProblem>();
        var done = 0;
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await HereAsync(project, [.. sources.Where(static views => views[0].Source.History.Document.Warehouse is null)], found, () => done++, either.Token);
            foreach (var there in sources.Where(static views => views[0].Source.History.Document.Warehouse is not null).GroupBy(static views => views[0].Source.History.Document.Warehouse!))
                await ThereAsync(project, there.Key, [.. there], found, () => done++, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            found.Add(NotChecked(sources[Math.Min(done, sources.Count - 1)][0].Source.History, sources.Count - done));
        }

        return [.. found.Select(one => one with { IsFatal = !MayCome.Contains(one.Code) && (changed.Contains(("source", one.Source)) || changed.Contains(("view", one.View ?? ""))) })];
    }

    // Views by their source: what changes comes first. Pushed rows are of the types that are declared.
    private static List<List<FeatureView>> Sources(FeatureProject project, HashSet<(string Kind, string Name)> changed, bool all) =>
    [
        .. from view in project.Views.Values
           where view.Source.History.Kind is not SourceKind.Push
           group view by view.Source.History.Name into of
           let isChanged = changed.Contains((TrainingPart.Source, of.Key)) || of.Any(view => changed.Contains((TrainingPart.View, view.Name)))
           where all || isChanged
           orderby !isChanged, of.Key
           select of.ToList(),
    ];

    private async ValueTask HereAsync(FeatureProject project, List<List<FeatureView>> sources, List<FeatureSourceProblem> found, Action next, CancellationToken cancel)
    {
        if (sources.Count == 0)
            return;
        if ((await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out var busy, out var lease))
        {
            found.Add(Problem(sources[0][0].Source.History, null, busy));
            return;
        }

        using (lease)
        {
            var relations = new DuckRelations(lease, project, files, pushed);
            foreach (var views in sources)
            {
                var source = views[0].Source.History;
                try
                {
                    found.AddRange(Problems(await relations.OfAsync(source, cancel), DuckDbDialect.Instance, source, views));
                }
                catch (DuckException e) when (e.Type is not DuckErrorType.Interrupt)
                {
                    found.Add(Problem(source, null, PointInTime.Failed(e)));
                }

                next();
            }
        }
    }

    private async ValueTask ThereAsync(
        FeatureProject project, string name, List<List<FeatureView>> sources, List<FeatureSourceProblem> found, Action next, CancellationToken cancel)
    {
        if (warehouses.Find(project.WorkspaceName, name).Failed(out var unknown, out var warehouse))
        {
            found.AddRange(sources.Select(views => Problem(views[0].Source.History, null, unknown)));
            sources.ForEach(_ => next());
            return;
        }

        try
        {
            await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
            foreach (var views in sources)
            {
                var source = views[0].Source.History;
                found.AddRange(Problems(await WarehouseRelations.OfAsync(connection, source, cancel), warehouse.Dialect, source, views));
                next();
            }
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            var away = Failure.Unavailable("features.warehouse_unavailable", $"Warehouse {name} does not answer: {e.Message}");
            found.Add(Problem(sources[0][0].Source.History, null, away));
        }
    }

    private static IEnumerable<FeatureSourceProblem> Problems(Result<SourceRelation> opened, ScanDialect dialect, FeatureSource source, List<FeatureView> views)
    {
        if (opened.Failed(out var wrong, out var relation))
            return [Problem(source, null, wrong)];
        return views.SelectMany(view => Problems(relation, dialect, view).Select(why => Problem(source, view, why)));
    }

    // Times and keys first: without them every feature fails alike.
    private static IEnumerable<Failure> Problems(SourceRelation relation, ScanDialect dialect, FeatureView view)
    {
        if (dialect.Scan(relation, view, [], new(null, null)).Failed(out var wrong, out _))
            return [wrong];
        return Enumerable.Range(0, view.Fields.Count).Select(field => dialect.Scan(relation, view, [field], new(null, null)).Failure).OfType<Failure>();
    }

    private static FeatureSourceProblem Problem(FeatureSource source, FeatureView? view, Failure why) => new()
    {
        Source = source.Name,
        View = view?.Name,
        Code = why.Code,
        Message = (view is null ? "" : $"Feature view {view.Name}: ") + why.Message + Advice(why.Code),
    };

    private static string Advice(string code) => code switch
    {
        "features.source_file_missing" => " Upload it, or correct the source's path.",
        "features.source_column_missing" => " Correct the name, or give its column in the source's field_mapping.",
        "features.source_type_mismatch" => " Declare a type that the column can be made into, or correct the source.",
        _ => "",
    };

    private static FeatureSourceProblem NotChecked(FeatureSource source, int count) => new()
    {
        Source = source.Name,
        Code = "features.source_not_checked",
        Message = FormattableString.Invariant($"{count} sources were not looked at within {Patience.TotalSeconds} s, {source.Name} among them; what is wrong with them shows when they are read."),
    };
}

using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Which columns views read, and marking features as personal, for modules above that look for personal data.</summary>
public sealed class PersonalMarks
{
    private readonly Projects _projects;
    private readonly ProjectHistory _history;
    private readonly ProjectChanges _changes;

    internal PersonalMarks(Projects projects, ProjectHistory history, ProjectChanges changes) => (_projects, _history, _changes) = (projects, history, changes);

    /// <summary>The columns of a view's features and where its rows are; <c>features.project_not_found</c>, <c>features.view_not_found</c>, <c>features.view_without_rows</c>.</summary>
    public async ValueTask<Result<ViewColumns>> OfAsync(Actor actor, string projectName, string viewName, CancellationToken cancel)
    {
        if ((await _projects.FindAsync(actor, projectName, cancel)).Failed(out var unknown, out var project))
            return unknown;
        if (!project.Views.TryGetValue(viewName, out var view))
            return Failure.NotFound("features.view_not_found", $"There is no feature view {DefinitionNames.Clip(viewName)} in project {project.Name}.");
        var source = view.Source.History;
        if (source.Kind is SourceKind.Push)
            return Failure.Conflict("features.view_without_rows", $"The rows of feature view {view.Name} are pushed, and its source {source.Name} has no history to be looked through.");
        var keys = view.Keys.Select(key => new ViewColumn(key.Name, view.Source.Column(key.Name), IsKey: true, IsPersonal: false));
        var fields = view.Fields.Select(field => new ViewColumn(field.Name, view.Source.Column(field.Name), IsKey: false, field.IsPii));
        return new ViewColumns(project.Name, view.Name, Rows(project, source.Document), [.. keys, .. fields]);
    }

    /// <summary>Marks features of a view as <c>pii</c>, as a change of the definitions; what applying definitions refuses.</summary>
    /// <returns>The revision of the project that marks them.</returns>
    public async ValueTask<Result<long>> MarkAsync(Actor actor, string project, string view, IReadOnlySet<string> features, string note, CancellationToken cancel)
    {
        if ((await _history.ExportAsync(actor, project, null, cancel)).Failed(out var unknown, out var document))
            return unknown;
        var marked = document with
        {
            FeatureViews = [.. document.FeatureViews.Select(one => one.Name != view ? one : one with { Features = [.. one.Features.Select(feature => features.Contains(feature.Name) ? feature with { Pii = true } : feature)] })],
        };
        var applied = await _changes.ApplyAsync(actor, project, marked, new PlanOptions(Note: note), cancel);
        return applied.Failed(out var refused, out var apply) ? refused : apply.Revision;
    }

    private static BatchInput Rows(FeatureProject project, SourceDocument source) => source switch
    {
        { Path: { } path } => new() { Files = [path], Format = source.Format },
        { Query: { } query, Warehouse: null } => new()
        {
            Query = query,
            Tables = project.Sources.Values.Where(one => one.Kind is SourceKind.File && query.Contains(one.Name, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(static one => one.Name, static one => one.Document.Path!, StringComparer.Ordinal),
        },
        _ => new() { Warehouse = source.Warehouse, Table = source.Table, Query = source.Query },
    };
}

/// <summary>What a view reads.</summary>
/// <param name="Project">Its project.</param>
/// <param name="View">Its name.</param>
/// <param name="Rows">Where its rows are.</param>
/// <param name="Columns">Keys and features, in their order.</param>
public sealed record ViewColumns(string Project, string View, BatchInput Rows, IReadOnlyList<ViewColumn> Columns);

/// <summary>A column that a view reads.</summary>
/// <param name="Name">Of the key or feature.</param>
/// <param name="Column">The source's own name.</param>
/// <param name="IsKey">Whether it is part of the key.</param>
/// <param name="IsPersonal">Whether it is marked <c>pii</c>.</param>
public sealed record ViewColumn(string Name, string Column, bool IsKey, bool IsPersonal);

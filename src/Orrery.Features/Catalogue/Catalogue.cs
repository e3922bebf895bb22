using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What there is: projects, views, entities, sources and services, as an actor sees them.</summary>
internal sealed class Catalogue(Db db, Projects projects)
{
    private const int ProjectsAtOnce = 200;

    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <summary>One page of projects, by name.</summary>
    public async ValueTask<Result<FeatureProjectPage>> ProjectsAsync(Actor actor, CatalogueFilter filter, CancellationToken cancel)
    {
        var found = new List<FeatureProjectInfo>();
        if (filter.After().Failed(out var wrong, out var after))
            return wrong;
        await foreach (var (row, project) in AllAsync(actor, after, cancel))
        {
            var views = new CatalogueView(actor, project).Views().ToList();
            if (!filter.Admits(row.Name, NoTags, null, null) || (actor.Limits is not null && views.Count == 0))
                continue;
            found.Add(Info(row, views, project.Services.Values.Count(new CatalogueView(actor, project).Sees)));
            if (found.Count > (filter.Limit ?? 100))
                break;
        }

        return filter.Page(found, static project => project.Name).Failed(out wrong, out var page)
            ? wrong
            : new FeatureProjectPage { Projects = page.Items, NextPageToken = page.NextToken };
    }

    /// <summary>One page of views of both kinds; <c>features.project_not_found</c>.</summary>
    public async ValueTask<Result<FeatureViewPage>> ViewsAsync(Actor actor, string project, CatalogueFilter filter, CancellationToken cancel) =>
        (await PageAsync(actor, project, filter, static view => view.Views(), static view => view.Name,
            static (cut, view) => cut.Admits(view.Name, view.Tags, view.Owner, view.Entities), cancel))
        .Then<FeatureViewPage>(static page => new FeatureViewPage { Views = page.Items, NextPageToken = page.NextToken });

    /// <summary>One page of entities.</summary>
    public async ValueTask<Result<FeatureEntityPage>> EntitiesAsync(Actor actor, string project, CatalogueFilter filter, CancellationToken cancel) =>
        (await PageAsync(actor, project, filter, static view => view.Entities(), static entity => entity.Name,
            static (cut, entity) => cut.Admits(entity.Name, entity.Tags, entity.Owner, [entity.Name]), cancel))
        .Then<FeatureEntityPage>(static page => new FeatureEntityPage { Entities = page.Items, NextPageToken = page.NextToken });

    /// <summary>One page of sources.</summary>
    public async ValueTask<Result<FeatureSourcePage>> SourcesAsync(Actor actor, string project, CatalogueFilter filter, CancellationToken cancel) =>
        (await PageAsync(actor, project, filter with { Entity = null }, static view => view.Sources(), static source => source.Name,
            static (cut, source) => cut.Admits(source.Name, source.Tags, source.Owner, null), cancel))
        .Then<FeatureSourcePage>(static page => new FeatureSourcePage { Sources = page.Items, NextPageToken = page.NextToken });

    /// <summary>One page of services.</summary>
    public async ValueTask<Result<FeatureServicePage>> ServicesAsync(Actor actor, string project, CatalogueFilter filter, CancellationToken cancel) =>
        (await PageAsync(actor, project, filter with { Entity = null }, static view => view.Services(), static service => service.Name,
            static (cut, service) => cut.Admits(service.Name, service.Tags, service.Owner, null), cancel))
        .Then<FeatureServicePage>(static page => new FeatureServicePage { Services = page.Items, NextPageToken = page.NextToken });

    /// <summary>A view with its versions and who uses it; <c>features.project_not_found</c>, <c>features.view_not_found</c>.</summary>
    public async ValueTask<Result<FeatureViewDetail>> ViewAsync(Actor actor, string project, string name, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var failure, out var found))
            return failure;
        if (new CatalogueView(actor, found).Detail(name) is not { } detail)
            return Failure.NotFound("features.view_not_found", $"Feature view '{DefinitionNames.Clip(name)}' does not exist in project {project}.");
        var kind = DefinitionKinds.Parse(detail.View.Kind);
        return detail with
        {
            Versions = await db.ReadAsync(session => CatalogueStore.ListVersionsAsync(session, actor.Workspace, project, kind, name), cancel),
        };
    }

    /// <summary>All projects of the workspace after a name, compiled.</summary>
    internal async IAsyncEnumerable<(ProjectRow Row, FeatureProject Project)> AllAsync(
        Actor actor, string after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        List<ProjectRow> rows;
        do
        {
            var last = after;
            rows = await db.ReadAsync(session => CatalogueStore.ListProjectsAsync(session, actor.Workspace, last, ProjectsAtOnce), cancel);
            foreach (var row in rows)
            {
                if (!(await projects.FindAsync(actor, row.Name, cancel)).Failed(out _, out var project))
                    yield return (row, project);
                after = row.Name;
            }
        }
        while (rows.Count == ProjectsAtOnce);
    }

    private async ValueTask<Result<Page<T>>> PageAsync<T>(
        Actor actor,
        string project,
        CatalogueFilter filter,
        Func<CatalogueView, IEnumerable<T>> items,
        Func<T, string> name,
        Func<CatalogueFilter, T, bool> admits,
        CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var failure, out var found))
            return failure;
        return filter.Page(items(new CatalogueView(actor, found)).Where(item => admits(filter, item)), name);
    }

    private static FeatureProjectInfo Info(ProjectRow row, List<FeatureViewInfo> views, int services) => new()
    {
        Name = row.Name,
        Description = row.Description,
        Revision = row.Revision,
        Views = views.Count(static view => view.Kind == "view"),
        OnDemandViews = views.Count(static view => view.Kind == "on_demand"),
        Features = views.Sum(static view => view.Features.Count),
        Services = services,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };
}

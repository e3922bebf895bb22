using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What an actor sees of a project.</summary>
internal sealed class CatalogueView(Actor actor, FeatureProject project)
{
    /// <summary>Whether a service shows nothing but views that the actor sees.</summary>
    public bool Sees(FeatureService service) => service.Projections.All(projection => GrantableViews.Allows(actor, projection.View?.Id ?? projection.OnDemand!.Id));

    /// <summary>Views of both kinds that the actor sees, by name.</summary>
    public IEnumerable<FeatureViewInfo> Views() => project.Views.Values.Where(view => GrantableViews.Allows(actor, view.Id)).Select(Info)
        .Concat(project.OnDemandViews.Values.Where(view => GrantableViews.Allows(actor, view.Id)).Select(Info))
        .OrderBy(static view => view.Name, StringComparer.Ordinal);

    /// <summary>Entities; for who sees some views only, those of these.</summary>
    public IEnumerable<EntityDocument> Entities() => project.Entities.Values
        .Where(entity => actor.Limits is null || Views().Any(view => view.Entities.Contains(entity.Name)))
        .Select(static entity => entity.Document).OrderBy(static entity => entity.Name, StringComparer.Ordinal);

    /// <summary>Sources, likewise.</summary>
    public IEnumerable<SourceDocument> Sources() => project.Sources.Values
        .Where(source => actor.Limits is null || Views().Any(view => view.Source == source.Name))
        .Select(static source => source.Document).OrderBy(static source => source.Name, StringComparer.Ordinal);

    /// <summary>Services with the versions that they are pinned to.</summary>
    public IEnumerable<FeatureServiceDocument> Services() => project.Services.Values.Where(Sees)
        .Select(static service => service.Document with
        {
            Features = [.. service.Document.Features.Zip(service.Projections, static (asked, made) => asked with { Version = made.View?.Version ?? made.OnDemand!.Version })],
        })
        .OrderBy(static service => service.Name, StringComparer.Ordinal);

    /// <summary>A view with who uses it; null when there is none that the actor sees.</summary>
    public FeatureViewDetail? Detail(string name)
    {
        if (Views().FirstOrDefault(view => view.Name == name) is not { } view)
            return null;
        return new()
        {
            View = view,
            Services = [.. project.Services.Values.Where(Sees).OrderBy(static service => service.Name, StringComparer.Ordinal).SelectMany(service => Users(service, view.Id))],
            OnDemandViews = [.. project.OnDemandViews.Values
                .Where(one => GrantableViews.Allows(actor, one.Id) && one.Inputs.Any(input => input.View.Id == view.Id))
                .Select(static one => one.Name).Order(StringComparer.Ordinal)],
        };
    }

    private static IEnumerable<FeatureUser> Users(FeatureService service, string viewId) => service.Projections
        .Where(projection => (projection.View?.Id ?? projection.OnDemand!.Id) == viewId)
        .Select(projection => new FeatureUser
        {
            Service = service.Name,
            Version = projection.View?.Version ?? projection.OnDemand!.Version,
            Features = [.. projection.Fields.Select(field => (projection.View?.Fields ?? projection.OnDemand!.Fields)[field].Name)],
        });

    private FeatureViewInfo Info(FeatureView view) => new()
    {
        Project = project.Name,
        Name = view.Name,
        Kind = "view",
        Id = view.Id,
        Version = view.Version,
        StorageVersion = view.StorageVersion,
        Entities = view.Document.Entities,
        JoinKeys = Keys(view.Keys),
        Source = view.Source.Name,
        Online = view.IsOnline,
        Ttl = view.Document.Ttl,
        Freshness = view.Document.Freshness,
        Features = view.Document.Features,
        Description = view.Document.Description,
        Owner = view.Document.Owner,
        Tags = view.Document.Tags,
    };

    private FeatureViewInfo Info(OnDemandView view) => new()
    {
        Project = project.Name,
        Name = view.Name,
        Kind = "on_demand",
        Id = view.Id,
        Version = view.Version,
        Entities = [.. view.Inputs.SelectMany(static input => input.View.Document.Entities).Distinct()],
        JoinKeys = Keys(view.Inputs.SelectMany(static input => input.View.Keys).DistinctBy(static key => key.Name)),
        Features = view.Document.Features,
        Description = view.Document.Description,
        Owner = view.Document.Owner,
        Tags = view.Document.Tags,
    };

    private static JoinKeyDocument[] Keys(IEnumerable<JoinKey> keys) => [.. keys.Select(static key => new JoinKeyDocument { Name = key.Name, Type = key.Type.ToString() })];
}

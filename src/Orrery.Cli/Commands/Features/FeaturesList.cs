using System.CommandLine;
using System.Globalization;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops features list</c>.</summary>
internal static class FeaturesList
{
    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "projects, views, entities, sources or services", DefaultValueFactory = _ => "views" };
        what.AcceptOnlyFromAmong("projects", "views", "entities", "sources", "services");
        var project = FeaturesCommand.Project();
        var name = Verb.Text("--name", "Stands somewhere in the name", "text");
        var tag = Verb.Text("--tag", "key or key=value", "tag");
        var owner = Verb.Text("--owner", "Who answers for it", "name");
        var entity = Verb.Text("--entity", "Views of this entity", "name");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "What is defined.") { what, project, name, tag, owner, entity }, search: false)
            .Example("mlops features list services -p rides --owner fleet")
            .Does(session => ShowAsync(
            session, session.Args.GetValue(what)!, session.Args.GetValue(project)!, new()
            {
                Name = session.Args.GetValue(name),
                Tag = session.Args.GetValue(tag),
                Owner = session.Args.GetValue(owner),
                Entity = session.Args.GetValue(entity),
                Limit = listing.Limit(session),
                PageToken = listing.Token(session),
            }));
    }

    private static Task ShowAsync(Session session, string what, string project, FeatureFilter filter) => what switch
    {
        "projects" => ProjectsAsync(session, filter),
        "entities" => EntitiesAsync(session, project, filter),
        "sources" => SourcesAsync(session, project, filter),
        "services" => ServicesAsync(session, project, filter),
        _ => ViewsAsync(session, project, filter),
    };

    private static async Task ProjectsAsync(Session session, FeatureFilter filter)
    {
        var page = await session.Client.Features.ListProjectsAsync(filter.Name, filter.Limit, filter.PageToken, session.Cancel);
        session.Output.List(
            page, [.. page.Projects], page.NextPageToken,
            ("PROJECT", one => one.Name),
            ("REVISION", one => Number(one.Revision)),
            ("VIEWS", one => Number(one.Views + one.OnDemandViews)),
            ("FEATURES", one => Number(one.Features)),
            ("SERVICES", one => Number(one.Services)),
            ("DESCRIPTION", one => one.Description));
    }

    private static async Task ViewsAsync(Session session, string project, FeatureFilter filter)
    {
        var page = await session.Client.Features.ListViewsAsync(project, filter, session.Cancel);
        session.Output.List(
            page, [.. page.Views], page.NextPageToken,
            ("VIEW", one => one.Name),
            ("KIND", one => one.Kind),
            ("VERSION", one => Number(one.Version)),
            ("ENTITIES", one => string.Join(", ", one.Entities)),
            ("FEATURES", one => Number(one.Features.Count)),
            ("SOURCE", one => one.Source),
            ("TTL", one => one.Ttl),
            ("OWNER", one => one.Owner));
    }

    private static async Task EntitiesAsync(Session session, string project, FeatureFilter filter)
    {
        var page = await session.Client.Features.ListEntitiesAsync(project, filter, session.Cancel);
        session.Output.List(
            page, [.. page.Entities], page.NextPageToken,
            ("ENTITY", one => one.Name),
            ("JOIN KEYS", one => string.Join(", ", one.JoinKeys.Select(static key => $"{key.Name} {key.Type}"))),
            ("OWNER", one => one.Owner),
            ("DESCRIPTION", one => one.Description));
    }

    private static async Task SourcesAsync(Session session, string project, FeatureFilter filter)
    {
        var page = await session.Client.Features.ListSourcesAsync(project, filter, session.Cancel);
        session.Output.List(
            page, [.. page.Sources], page.NextPageToken,
            ("SOURCE", one => one.Name),
            ("TYPE", one => one.Type),
            ("FROM", one => one.Path ?? one.Table ?? one.Batch ?? (one.Query is null ? null : "(query)")),
            ("WAREHOUSE", one => one.Warehouse),
            ("OWNER", one => one.Owner));
    }

    private static async Task ServicesAsync(Session session, string project, FeatureFilter filter)
    {
        var page = await session.Client.Features.ListServicesAsync(project, filter, session.Cancel);
        session.Output.List(
            page, [.. page.Services], page.NextPageToken,
            ("SERVICE", one => one.Name),
            ("VIEWS", one => string.Join(", ", one.Features.Select(static asked => $"{asked.View}@v{asked.Version}"))),
            ("OWNER", one => one.Owner),
            ("DESCRIPTION", one => one.Description));
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

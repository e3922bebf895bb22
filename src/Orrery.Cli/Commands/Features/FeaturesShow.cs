using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops features show</c>.</summary>
internal static class FeaturesShow
{
    public static Command Create()
    {
        var name = Verb.Argument("view", "Name of a view of either kind");
        var project = FeaturesCommand.Project();
        return new Command("show", "A view with its features, versions and who uses it.") { name, project }
            .Example("mlops features show driver_hourly -p rides")
            .Does(async session =>
        {
            var detail = await session.Client.Features.GetViewAsync(session.Args.GetValue(project)!, session.Args.GetValue(name)!, session.Cancel);
            var view = detail.View;
            session.Output.Details(
                detail,
                ("View", $"{view.Project}/{view.Name} ({view.Kind})"),
                ("Id", view.Id),
                ("Version", string.Create(CultureInfo.InvariantCulture, $"{view.Version}") + (view.StorageVersion is { } stored ? $", stored values of {stored}" : "")),
                ("Entities", string.Join(", ", view.Entities)),
                ("Join keys", string.Join(", ", view.JoinKeys.Select(static key => $"{key.Name} {key.Type}"))),
                ("Source", view.Source),
                ("Online", view.Online?.ToString()),
                ("Ttl", view.Ttl),
                ("Freshness", view.Freshness),
                ("Features", string.Join('\n', view.Features.Select(static feature => $"{feature.Name} {feature.Type}" + (feature.Expression is null ? "" : $" = {feature.Expression}")))),
                ("Description", view.Description),
                ("Owner", view.Owner),
                ("Tags", string.Join(", ", view.Tags.Select(static tag => $"{tag.Key}={tag.Value}"))),
                ("Services", string.Join(", ", detail.Services.Select(static user => $"{user.Service} (v{user.Version})"))),
                ("On demand", string.Join(", ", detail.OnDemandViews)),
                ("Versions", string.Join('\n', detail.Versions.Select(static version => string.Create(
                    CultureInfo.InvariantCulture,
                    $"v{version.Version}, revision {version.Revision}, {FeaturesRevisions.Time(version.CreatedAt)}, {version.CreatedBy}") + (version.Removed is true ? ", removed" : "")))));
        });
    }
}

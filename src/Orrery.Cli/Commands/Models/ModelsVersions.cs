using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops models versions</c>.</summary>
internal static class ModelsVersions
{
    public static Command Create()
    {
        var listing = new Listing();
        var named = new Argument<string?>("model") { Description = "Name of the registered model; all without", DefaultValueFactory = _ => null };
        return listing.AddTo(new("versions", "List versions, last changed first.") { named }).Does(async session =>
        {
            var ofModel = session.Args.GetValue(named) is { } name ? $"name = {SearchText.Quote(name)}" : null;
            var filter = string.Join(" and ", new[] { ofModel, listing.Filter(session) }.OfType<string>());
            var page = await session.Client.Versions.SearchPageAsync(
                filter.Length is 0 ? null : filter,
                listing.OrderBy(session).FirstOrDefault(),
                listing.Limit(session),
                listing.Token(session),
                session.Cancel);
            session.Output.List(
                page,
                page.ModelVersions,
                page.NextPageToken,
                ("VERSION", version => version.Version),
                ("MODEL", version => version.Name),
                ("STAGE", version => version.CurrentStage),
                ("ALIASES", version => string.Join(' ', version.Aliases)),
                ("STATUS", version => version.Status.ToString()),
                ("RUN", version => version.RunId),
                ("CREATED", version => Printable.Time(version.CreationTimestamp)));
        });
    }
}

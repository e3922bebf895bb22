using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops models list</c>.</summary>
internal static class ModelsList
{
    public static Command Create()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List registered models by name.")).Does(async session =>
        {
            var page = await session.Client.Models.SearchPageAsync(
                listing.Filter(session),
                listing.OrderBy(session).FirstOrDefault(),
                Math.Min(listing.Limit(session), 1000),
                listing.Token(session),
                session.Cancel);
            session.Output.List(
                page,
                page.RegisteredModels,
                page.NextPageToken,
                ("NAME", model => model.Name),
                ("LATEST", model => string.Join(' ', model.LatestVersions.Select(version => $"{version.CurrentStage}={version.Version}"))),
                ("ALIASES", ModelsCommand.Aliases),
                ("UPDATED", model => Printable.Time(model.LastUpdatedTimestamp)));
        });
    }
}

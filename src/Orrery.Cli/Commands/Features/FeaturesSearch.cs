using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features search</c>.</summary>
internal static class FeaturesSearch
{
    public static Command Create()
    {
        var words = Verb.Arguments("words", "All of them stand in the name, description, tags, owner or entity");
        var listing = new Listing();
        return listing.AddTo(new Command("search", "Views, features and services of all projects.") { words }, search: false)
            .Example("mlops features search rating")
            .Does(async session =>
        {
            var page = await session.Client.Features.SearchAsync(string.Join(' ', session.Args.GetValue(words)!), listing.Limit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page, [.. page.Found], page.NextPageToken,
                ("NAME", one => one.Name),
                ("KIND", one => one.Kind),
                ("PROJECT", one => one.Project),
                ("TYPE", one => one.Type),
                ("OWNER", one => one.Owner),
                ("DESCRIPTION", one => one.Description));
        });
    }
}

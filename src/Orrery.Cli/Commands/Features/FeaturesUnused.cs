using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features unused</c>.</summary>
internal static class FeaturesUnused
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var days = new Option<int?>("--days") { Description = "Nobody read them for so many days [default: 30]", HelpName = "n" };
        return new Command("unused", "Features that no service uses and nobody reads.") { project, days }
            .Example("mlops features unused -p rides --days 30")
            .Does(async session =>
        {
            var unused = await session.Client.Features.ListUnusedAsync(session.Args.GetValue(project)!, session.Args.GetValue(days), session.Cancel);
            session.Output.List(unused, [.. unused.Features], nextPageToken: null, ("FEATURE", feature => feature));
        });
    }
}

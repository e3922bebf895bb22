using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features import-redis</c>.</summary>
internal static class FeaturesImportRedis
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var feast = Verb.Argument("feast-project", "Feast's name of the project");
        var views = Verb.Texts("--view", "Only this view; may be repeated", "name");
        return new Command("import-redis", "Copy the values that Feast left in the server's Redis.") { feast, project, views }
            .Example("mlops features import-redis rides_prod -p rides")
            .Does(async session =>
        {
            var asked = new FeastRedisImport { FeastProject = session.Args.GetRequiredValue(feast), Views = session.Args.GetValue(views) ?? [] };
            var done = await session.Client.Features.ImportRedisAsync(session.Args.GetRequiredValue(project), asked, session.Cancel);
            session.Output.Text(done, string.Concat(done.Rows.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key}: {one.Value} rows\n")));
        });
    }
}

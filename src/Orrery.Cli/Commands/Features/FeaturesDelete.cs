using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features delete</c>.</summary>
internal static class FeaturesDelete
{
    public static Command Create()
    {
        var project = Verb.Argument("project", "The project");
        return new Command("delete", "Delete a project with its history. Refused while models use its services.") { project }.Does(async session =>
        {
            await session.Client.Features.DeleteProjectAsync(session.Args.GetValue(project)!, session.Cancel);
            session.Output.Remark($"Deleted {session.Args.GetValue(project)}.");
        });
    }
}

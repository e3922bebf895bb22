using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features delete</c>.</summary>
internal static class FeaturesDelete
{
    public static Command Create()
    {
        var yes = Confirmation.Option();
        var project = Verb.Argument("project", "The project");
        return new Command("delete", "Delete a project with its history. Refused while models use its services.") { project, yes }
            .Example("mlops features delete rides --yes")
            .Does(async session =>
        {
            Confirmation.Ask(session, yes, $"Project {session.Args.GetValue(project)} would be deleted with its history and the values that are stored for it.");
            await session.Client.Features.DeleteProjectAsync(session.Args.GetValue(project)!, session.Cancel);
            session.Output.Done(session.Args.GetValue(project)!, "deleted", $"Deleted {session.Args.GetValue(project)}.");
        });
    }
}

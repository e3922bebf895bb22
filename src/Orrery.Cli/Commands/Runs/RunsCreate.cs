using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs create</c>.</summary>
internal static class RunsCreate
{
    public static Command Create()
    {
        var experiment = new Option<string>("--experiment") { Description = "Name or id", HelpName = "name", DefaultValueFactory = _ => "0" };
        var name = Verb.Text("--name", "Name for people; the server makes one up without", "text");
        var tags = Verb.Texts("--tag", "A tag; may be given again", "key=value");
        return new Command("create", "Start a run and print its id.") { experiment, name, tags }.Does(async session =>
        {
            var owner = await ExperimentsCommand.FindAsync(session, session.Args.GetRequiredValue(experiment));
            var run = await session.Client.Runs.CreateAsync(
                new CreateRun
                {
                    ExperimentId = owner.ExperimentId,
                    RunName = session.Args.GetValue(name),
                    UserId = session.Host.Environment("USER"),
                    Tags = Tags.Read(session.Args.GetRequiredValue(tags)),
                },
                session.Cancel);
            session.Output.Line(run, run.Info.RunId);
        });
    }
}

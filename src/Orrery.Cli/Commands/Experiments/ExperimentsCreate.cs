using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops experiments create</c>.</summary>
internal static class ExperimentsCreate
{
    public static Command Create()
    {
        var name = Verb.Argument("name", "Unique in the workspace");
        var location = Verb.Text("--artifact-location", "Where its runs keep their files; the server's own store without", "uri");
        var tags = Verb.Texts("--tag", "A tag; may be given again", "key=value");
        return new Command("create", "Create an experiment.") { name, location, tags }.Does(async session =>
        {
            var id = await session.Client.Experiments.CreateAsync(
                new CreateExperiment
                {
                    Name = session.Args.GetRequiredValue(name),
                    ArtifactLocation = session.Args.GetValue(location),
                    Tags = Tags.Read(session.Args.GetRequiredValue(tags)),
                },
                session.Cancel);
            session.Output.Line(new ExperimentRef(id), id);
        });
    }
}

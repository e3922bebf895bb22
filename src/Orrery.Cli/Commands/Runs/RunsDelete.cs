using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs delete</c>.</summary>
internal static class RunsDelete
{
    public static Command Create()
    {
        var runs = Verb.Arguments("runs", "Ids of runs");
        return new Command("delete", "Put runs into the bin; 'mlops gc' empties it.") { runs }.Does(async session =>
        {
            foreach (var id in session.Args.GetRequiredValue(runs))
            {
                await session.Client.Runs.DeleteAsync(id, session.Cancel);
                session.Output.Line(new RunRef(id), $"Deleted run {id}.");
            }
        });
    }
}

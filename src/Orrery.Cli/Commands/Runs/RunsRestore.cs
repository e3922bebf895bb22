using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs restore</c>.</summary>
internal static class RunsRestore
{
    public static Command Create()
    {
        var runs = Verb.Arguments("runs", "Ids of runs");
        return new Command("restore", "Take runs out of the bin.") { runs }.Does(async session =>
        {
            foreach (var id in session.Args.GetRequiredValue(runs))
            {
                await session.Client.Runs.RestoreAsync(id, session.Cancel);
                session.Output.Line(new RunRef(id), $"Restored run {id}.");
            }
        });
    }
}

using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops experiments delete</c>.</summary>
internal static class ExperimentsDelete
{
    public static Command Create()
    {
        var named = ExperimentsCommand.Named();
        return new Command("delete", "Put an experiment and its runs into the bin; 'mlops gc' empties it.") { named }.Does(async session =>
        {
            var experiment = await ExperimentsCommand.FindAsync(session, session.Args.GetRequiredValue(named));
            await session.Client.Experiments.DeleteAsync(experiment.ExperimentId, session.Cancel);
            session.Output.Line(new ExperimentRef(experiment.ExperimentId), $"Deleted experiment {experiment.ExperimentId} '{experiment.Name}'.");
        });
    }
}

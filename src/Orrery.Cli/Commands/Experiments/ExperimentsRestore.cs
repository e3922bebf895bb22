using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops experiments restore</c>.</summary>
internal static class ExperimentsRestore
{
    public static Command Create()
    {
        var named = ExperimentsCommand.Named();
        return new Command("restore", "Take an experiment and its runs out of the bin.") { named }.Does(async session =>
        {
            var experiment = await ExperimentsCommand.FindAsync(session, session.Args.GetRequiredValue(named));
            await session.Client.Experiments.RestoreAsync(experiment.ExperimentId, session.Cancel);
            session.Output.Line(new ExperimentRef(experiment.ExperimentId), $"Restored experiment {experiment.ExperimentId} '{experiment.Name}'.");
        });
    }
}

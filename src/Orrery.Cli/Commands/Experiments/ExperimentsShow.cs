using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops experiments show</c>.</summary>
internal static class ExperimentsShow
{
    public static Command Create()
    {
        var named = ExperimentsCommand.Named();
        return new Command("show", "Show one experiment.") { named }.Does(async session =>
            ExperimentsCommand.Show(session, await ExperimentsCommand.FindAsync(session, session.Args.GetRequiredValue(named))));
    }
}

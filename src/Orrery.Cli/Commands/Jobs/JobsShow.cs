using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops jobs show</c>.</summary>
internal static class JobsShow
{
    public static Command Create()
    {
        var one = JobsCommand.One();
        return new Command("show", "Show one job.") { one }.Does(async session =>
            JobsCommand.Show(session, await session.Client.Jobs.GetAsync(session.Args.GetRequiredValue(one), session.Cancel)));
    }
}

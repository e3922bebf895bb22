using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops jobs wait</c>.</summary>
internal static class JobsWait
{
    public static Command Create()
    {
        var one = JobsCommand.One();
        return new Command("wait", "Wait until a job ends; ends with 1 when it failed or was cancelled.") { one }.Example("mlops jobs wait 0198f3a2").Does(async session =>
        {
            var job = await session.Client.Jobs.GetAsync(session.Args.GetRequiredValue(one), session.Cancel);
            job = await JobWait.ForEndAsync(session, job, job.Kind);
            JobsCommand.Show(session, job);
            return job.State is JobState.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }
}

using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops jobs cancel</c>.</summary>
internal static class JobsCancel
{
    public static Command Create()
    {
        var one = JobsCommand.One();
        return new Command("cancel", "Ask a job to stop.") { one }.Does(async session =>
        {
            var job = await session.Client.Jobs.CancelAsync(session.Args.GetRequiredValue(one), session.Cancel);
            session.Output.Line(job, $"Job {job.JobId} is {JobsCommand.State(job)}.");
        });
    }
}

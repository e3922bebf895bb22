using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Waits for a job of the server, and shows how far it is.</summary>
internal static class JobWait
{
    /// <param name="session">The verb at work.</param>
    /// <param name="job">As it was begun.</param>
    /// <param name="title">What is being done.</param>
    public static async Task<Job> ForEndAsync(Session session, Job job, string title)
    {
        await JobBar.WatchAsync(session.Output, title, async tell =>
            job = await session.Client.Jobs.WaitAsync(job.JobId, new Teller(tell), session.Cancel));
        return job;
    }

    private sealed class Teller(Action<double, string?> tell) : IProgress<Job>
    {
        public void Report(Job value)
        {
            if (value.Progress is { } progress)
                tell(progress.Total is > 0 and var total ? (double)progress.Done / total : 0, progress.Message);
        }
    }
}

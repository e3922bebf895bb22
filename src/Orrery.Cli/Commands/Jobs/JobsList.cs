using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops jobs list</c>.</summary>
internal static class JobsList
{
    public static Command Create()
    {
        var listing = new Listing();
        var state = new Option<JobState?>("--state") { Description = "Only those that are queued, running, succeeded, failed or cancelled" };
        var kind = Verb.Text("--kind", "Only those of this kind", "kind");
        return listing.AddTo(new("list", "List jobs, newest first.") { state, kind }, search: false).Does(async session =>
        {
            var page = await session.Client.Jobs.ListPageAsync(
                session.Args.GetValue(state),
                session.Args.GetValue(kind),
                Math.Min(listing.Limit(session), 1000),
                listing.Token(session),
                session.Cancel);
            session.Output.List(
                page,
                page.Jobs,
                page.NextPageToken,
                ("JOB", job => job.JobId),
                ("KIND", job => job.Kind),
                ("STATE", JobsCommand.State),
                ("PROGRESS", JobsCommand.Progress),
                ("CREATED", job => Printable.Time(job.CreatedAt)),
                ("BY", job => job.CreatedBy));
        });
    }
}

using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs list</c>.</summary>
internal static class RunsList
{
    private const int MetricsShown = 4;

    public static Command Create()
    {
        var listing = new Listing();
        var experiments = Verb.Texts("--experiment", "Name or id; may be given again; all without", "name");
        var command = listing.AddTo(new("list", "Search runs, newest first.") { experiments }, view: true);
        return command.Does(async session =>
        {
            var page = await session.Client.Runs.SearchPageAsync(
                new SearchRuns
                {
                    ExperimentIds = await ExperimentIdsAsync(session, session.Args.GetRequiredValue(experiments)),
                    Filter = listing.Filter(session),
                    OrderBy = listing.OrderBy(session),
                    RunViewType = listing.View(session),
                    MaxResults = listing.Limit(session),
                    PageToken = listing.Token(session),
                },
                session.Cancel);
            session.Output.List(
                page,
                page.Runs,
                page.NextPageToken,
                ("RUN", run => run.Info.RunId),
                ("NAME", run => run.Info.RunName),
                ("EXPERIMENT", run => run.Info.ExperimentId),
                ("STATUS", run => RunsCommand.Status(run.Info)),
                ("STARTED", run => Printable.Time(run.Info.StartTime)),
                ("TOOK", run => RunsCommand.Took(run.Info)),
                ("METRICS", Metrics));
        });
    }

    private static async Task<IReadOnlyList<string>> ExperimentIdsAsync(Session session, string[] named)
    {
        var ids = new List<string>();
        foreach (var name in named)
            ids.Add((await ExperimentsCommand.FindAsync(session, name)).ExperimentId);
        if (ids.Count > 0)
            return ids;
        var all = new SearchExperiments { MaxResults = 1000, ViewType = ViewType.All };
        await foreach (var experiment in session.Client.Experiments.SearchAsync(all, session.Cancel))
            ids.Add(experiment.ExperimentId);
        return ids;
    }

    private static string Metrics(Run run)
    {
        var shown = run.Data.Metrics.Take(MetricsShown).Select(metric => $"{metric.Key}={Printable.Number(metric.Value)}");
        var rest = run.Data.Metrics.Count - MetricsShown;
        return string.Join(' ', shown) + (rest > 0 ? $" +{rest}" : "");
    }
}

using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops experiments list</c>.</summary>
internal static class ExperimentsList
{
    public static Command Create()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List experiments, newest first."), view: true).Does(async session =>
        {
            var page = await session.Client.Experiments.SearchPageAsync(
                new SearchExperiments
                {
                    Filter = listing.Filter(session),
                    OrderBy = listing.OrderBy(session),
                    ViewType = listing.View(session),
                    MaxResults = listing.Limit(session),
                    PageToken = listing.Token(session),
                },
                session.Cancel);
            session.Output.List(
                page,
                page.Experiments,
                page.NextPageToken,
                ("ID", experiment => experiment.ExperimentId),
                ("NAME", experiment => experiment.Name),
                ("STAGE", experiment => experiment.LifecycleStage.ToString().ToLowerInvariant()),
                ("UPDATED", experiment => Printable.Time(experiment.LastUpdateTime)));
        });
    }
}

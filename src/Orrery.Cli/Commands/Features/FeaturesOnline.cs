using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops features online</c>.</summary>
internal static class FeaturesOnline
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        return new Command("online", "Show how views stand online: how far, how fresh, how large. Ends with 1 when one is older than its target.") { project }
            .Example("mlops features online -p rides")
            .Does(async session =>
        {
            var status = await session.Client.Features.GetOnlineStatusAsync(session.Args.GetValue(project)!, session.Cancel);
            session.Output.List(
                status, [.. status.Views], null,
                ("VIEW", static view => view.View),
                ("ENTITIES", static view => view.Rows?.ToString("N0", CultureInfo.InvariantCulture)),
                ("NEWEST DATA", static view => view.NewestEvent is { } newest ? FeaturesRevisions.Time(newest) : "none"),
                ("FRESH", static view => view.TargetSeconds is null ? "" : view.IsStale ? "no" : "yes"),
                ("MATERIALIZED UNTIL", static view => view.MaterializedUntil is { } until ? FeaturesRevisions.Time(until) : "never"),
                ("NEXT", static view => view.NextRun is { } next ? FeaturesRevisions.Time(next) : ""),
                ("LAST RUN", static view => view.LastRun?.State));
            return status.Views.Any(static view => view.IsStale) ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }
}

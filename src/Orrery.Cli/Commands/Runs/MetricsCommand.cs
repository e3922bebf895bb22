using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops metrics history</c>.</summary>
internal static class MetricsCommand
{
    public static Command Create() => new("metrics", "Metrics of runs.") { History() };

    private static Command History()
    {
        var one = RunsCommand.One();
        var key = Verb.Argument("metric", "Name of the metric");
        return new Command("history", "List all points of a metric, by time, step and value.") { one, key }.Does(async session =>
        {
            var history = session.Client.Metrics.HistoryAsync(
                session.Args.GetRequiredValue(one), session.Args.GetRequiredValue(key), session.Cancel);
            var points = await history.ToListAsync(session.Cancel);
            session.Output.List(
                new MetricPage { Metrics = points },
                points,
                null,
                ("STEP", point => point.Step.ToString(CultureInfo.InvariantCulture)),
                ("VALUE", point => point.Value.ToString("R", CultureInfo.InvariantCulture)),
                ("TIME", point => Printable.Time(point.Timestamp)));
        });
    }
}

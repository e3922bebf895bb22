using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops features usage</c>.</summary>
internal static class FeaturesUsage
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var days = new Option<int?>("--days") { Description = "Reads of so many days, today among them [default: 30]", HelpName = "n" };
        return new Command("usage", "How often services and features are read, and how many features are reused.") { project, days }
            .Example("mlops features usage -p rides --days 7")
            .Does(async session =>
            {
                var report = await session.Client.Features.GetUsageAsync(session.Args.GetValue(project)!, session.Args.GetValue(days), session.Cancel);
                session.Output.List(
                    report, [.. report.Reads], null,
                    ("NAME", static read => read.Name),
                    ("KIND", static read => read.Kind),
                    ("READS", static read => read.Reads.ToString("N0", CultureInfo.InvariantCulture)));
                session.Output.Remark(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Days} days; of {report.Features} features {report.Used} are used by a service, {report.Reused} by two or more{(report.ReuseRate is { } rate ? $" ({rate:P0} of those used)" : "")}."));
            });
    }
}

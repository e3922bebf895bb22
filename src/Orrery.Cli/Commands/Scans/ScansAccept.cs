using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops scans accept</c>.</summary>
internal static class ScansAccept
{
    public static Command Create()
    {
        var scan = Verb.Argument("scan", "Id of the scan");
        var finding = Verb.Argument("finding", "The finding, as the scan lists it");
        var reason = new Option<string>("--reason") { Description = "Why it does no harm", HelpName = "text", Required = true };
        var days = new Option<int?>("--days") { Description = "For so many days; without, for always", HelpName = "n" };
        return new Command("accept", "Accept something that a scan found, so that it refuses the version no longer.") { scan, finding, reason, days }.Does(async session =>
        {
            var until = session.Args.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count).ToUnixTimeMilliseconds() : (long?)null;
            var report = await session.Client.Scans.AcceptAsync(
                session.Args.GetRequiredValue(scan),
                new AcceptFinding { Fingerprint = session.Args.GetRequiredValue(finding), Reason = session.Args.GetRequiredValue(reason), Until = until },
                session.Cancel);
            session.Output.Line(report, $"The version is {report.Verdict} now.");
        }).Example("mlops scans accept 0190b3d2c4f17a5e8b6c1d2e3f405162 9c1f0b7d2a3e4f56 --reason \"the library was built by us\"");
    }
}

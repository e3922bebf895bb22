using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops scans show</c>.</summary>
internal static class ScansShow
{
    public static Command Create()
    {
        var id = Verb.Argument("scan", "Id of the scan");
        return new Command("show", "Show what a scan found.") { id }.Example("mlops scans show 0190b3d2c4f17a5e8b6c1d2e3f405162").Does(async session =>
            ScanCommand.Show(session, await session.Client.Scans.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }
}

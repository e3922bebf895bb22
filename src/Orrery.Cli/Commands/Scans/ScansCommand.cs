using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops scans</c>.</summary>
internal static class ScansCommand
{
    public static Command Create() => new("scans", "What scans of versions' files found.")
    {
        ScansList.Create(),
        ScansShow.Create(),
        ScansAccept.Create(),
    };
}

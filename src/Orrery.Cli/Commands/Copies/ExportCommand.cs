using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create() => new("export", "Copy experiments, runs and models into a folder.");
}

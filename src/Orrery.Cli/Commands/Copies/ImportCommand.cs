using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create() => new("import", "Bring experiments, runs and models over to the server.")
    {
        ImportMlflow.Create(),
        ImportArchive.Create(),
    };
}

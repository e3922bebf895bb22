using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops data</c>.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Personal data in files and tables.")
    {
        DataScan.Create(),
        DataMask.Create(),
        DataSynthesize.Create(),
    };
}

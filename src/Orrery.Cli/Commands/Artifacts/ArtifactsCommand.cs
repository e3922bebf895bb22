using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops artifacts</c>.</summary>
internal static class ArtifactsCommand
{
    public static Command Create() => new("artifacts", "Files of runs.")
    {
        ArtifactsList.Create(),
        ArtifactsUpload.Create(),
        ArtifactsDownload.Create(),
    };
}

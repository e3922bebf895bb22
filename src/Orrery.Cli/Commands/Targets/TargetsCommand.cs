using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets</c>.</summary>
internal static class TargetsCommand
{
    public static Command Create() => new("targets", "Where versions for each environment are brought to: the server itself, or KServe by Git or by a cluster's API.")
    {
        TargetsList.Create(),
        TargetsShow.Create(),
        TargetsSet.Create(),
        TargetsRemove.Create(),
        TargetsCheck.Create(),
        TargetsDrift.Create(),
        TargetsFiles.Create(),
        TargetsVerify.Create(),
    };
}

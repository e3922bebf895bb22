using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops deployments</c>.</summary>
internal static class DeploymentsCommand
{
    public static Command Create() => new("deployments", "What is deployed where, and how it stands. 'mlops deploy' makes and changes deployments.")
    {
        DeploymentsList.Create(),
        DeploymentsShow.Create(),
        DeploymentsHistory.Create(),
        DeploymentsLive.Create(),
        DeploymentsTraffic.Create(),
        DeploymentsDelete.Create(),
    };
}

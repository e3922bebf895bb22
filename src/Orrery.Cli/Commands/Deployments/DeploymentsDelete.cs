using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops deployments delete</c>.</summary>
internal static class DeploymentsDelete
{
    public static Command Create()
    {
        var target = new DeploymentTarget();
        var yes = Confirmation.Option();
        return target.AddTo(new Command("delete", "Remove a deployment: it answers no more. Its history stays.") { yes }).Does(async session =>
        {
            var (environment, name) = (target.Environment(session), target.Name(session));
            var deployment = await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
            Confirmation.Ask(session, yes, $"Deployment {name} would be removed from {environment} ({DeploymentText.Traffic(deployment.Spec)}), and whoever asks it would get 404.");
            await session.Client.Deployments.DeleteAsync(environment, name, session.Cancel);
            session.Output.Line(deployment, $"Removed {name} from {environment}.");
            return ExitCodes.Ok;
        });
    }
}

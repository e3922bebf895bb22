using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops deployments delete</c>.</summary>
internal static class DeploymentsDelete
{
    public static Command Create()
    {
        var target = new DeploymentTarget();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        return target.AddTo(new Command("delete", "Remove a deployment: it answers no more. Its history stays.") { yes }).Does(async session =>
        {
            var (environment, name) = (target.Environment(session), target.Name(session));
            var deployment = await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
            if (!session.Args.GetValue(yes) && !Agreed(session, deployment))
            {
                session.Output.Remark("Nothing was removed.");
                return ExitCodes.Failed;
            }

            await session.Client.Deployments.DeleteAsync(environment, name, session.Cancel);
            session.Output.Line(deployment, $"Removed {name} from {environment}.");
            return ExitCodes.Ok;
        });
    }

    private static bool Agreed(Session session, Deployment deployment)
    {
        if (!session.Host.InIsTerminal)
            throw new UsageException("There is no terminal to ask on: add --yes.");
        session.Host.Error.Write(Printable.Of($"Remove {deployment.Name} from {deployment.Environment} ({DeploymentText.Traffic(deployment.Spec)})? Whoever asks it gets 404 from then on. [y/N] "));
        return session.Host.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}

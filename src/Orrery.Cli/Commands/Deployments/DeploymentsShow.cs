using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops deployments show</c>.</summary>
internal static class DeploymentsShow
{
    public static Command Create()
    {
        var target = new DeploymentTarget();
        var file = Verb.Flag("--file", "As the document that 'mlops deploy --file' takes, to be changed and deployed");
        return target.AddTo(new Command("show", "Show a deployment, and how it stands on each server.") { file }).Does(async session =>
        {
            var deployment = await session.Client.Deployments.GetAsync(target.Environment(session), target.Name(session), session.Cancel);
            if (session.Args.GetValue(file))
                session.Output.Raw(DeploymentFile.Write(deployment));
            else
                DeploymentText.Show(session, deployment);
        });
    }
}

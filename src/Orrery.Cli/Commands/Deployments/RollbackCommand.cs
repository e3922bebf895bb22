using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var (target, wait) = (new DeploymentTarget(), new DeploymentWait());
        var revision = new Option<long?>("--revision") { Description = "Revision to go back to [default: the one before]", HelpName = "n" };
        var note = Verb.Text("--note", "Why; kept with the revision", "text");
        var command = new Command(
            "rollback",
            """
            Have an earlier revision of a deployment answer again, as a new revision. 'mlops deployments history' lists them.

            Examples:
              mlops rollback churn --environment production
              mlops rollback churn --environment production --revision 3 --note "v4 is too slow"
            """);
        target.AddTo(command);
        command.Add(revision);
        command.Add(note);
        return wait.AddTo(command).Does(async session =>
        {
            var deadline = wait.Deadline(session);
            var back = await session.Client.Deployments.RollbackAsync(
                target.Environment(session), target.Name(session), session.Args.GetValue(revision), session.Args.GetValue(note), session.Cancel);
            return await wait.FinishAsync(session, back, deadline);
        });
    }
}

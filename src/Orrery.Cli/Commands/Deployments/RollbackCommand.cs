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
            Have an earlier revision of a deployment answer again, as a new revision; without --revision what a delivery brought last is taken back. 'mlops deployments history' lists them.

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
            if (session.Args.GetValue(revision) is null && await DeliveryOfAsync(session, target.Environment(session), target.Name(session)) is { } delivery)
            {
                await session.Client.Deliveries.RollbackAsync(delivery, new() { Reason = session.Args.GetValue(note) }, session.Cancel);
                return await wait.FinishAsync(session, await session.Client.Deployments.GetAsync(target.Environment(session), target.Name(session), session.Cancel), deadline);
            }

            var back = await session.Client.Deployments.RollbackAsync(
                target.Environment(session), target.Name(session), session.Args.GetValue(revision), session.Args.GetValue(note), session.Cancel);
            return await wait.FinishAsync(session, back, deadline);
        });
    }

    // The delivery that brought what answers now; null when something else did.
    private static async Task<string?> DeliveryOfAsync(Session session, string environment, string name)
    {
        var page = await session.Client.Deliveries.ListPageAsync(environment: environment, name: name, state: "succeeded", limit: 1, cancel: session.Cancel);
        if (page.Deliveries is not [{ Target: "local" } newest])
            return null;
        var now = await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
        return newest.Revision == DeploymentText.Number(now.Revision) ? newest.Id : null;
    }
}

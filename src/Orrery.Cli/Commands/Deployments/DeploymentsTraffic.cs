using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops deployments traffic</c>.</summary>
internal static class DeploymentsTraffic
{
    public static Command Create()
    {
        var (target, wait) = (new DeploymentTarget(), new DeploymentWait());
        var shares = Verb.Arguments("shares", "VARIANT=SHARE, relative to their sum; a variant that is not named gets none");
        var note = Verb.Text("--note", "Kept with the revision", "text");
        var dryRun = Verb.Flag("--dry-run", "Only tell what would become of it, by the policies and approvals that hold now");
        var command = new Command(
            "traffic",
            """
            Share the requests anew among the variants that are there. With --dry-run nothing is changed; it ends with 4 when the change would be refused.

            Examples:
              mlops deployments traffic churn stable=75 canary=25 --environment production
              mlops deployments traffic churn stable=1 --environment production
              mlops deployments traffic churn stable=50 canary=50 --environment production --dry-run
            """);
        target.AddTo(command);
        command.Add(shares);
        command.Add(note);
        command.Add(dryRun);
        return wait.AddTo(command).Does(async session =>
        {
            var deadline = wait.Deadline(session);
            var wanted = Read(session.Args.GetRequiredValue(shares));
            var (environment, name) = (target.Environment(session), target.Name(session));
            if (session.Args.GetValue(dryRun))
                return await TryAsync(session, environment, name, now => Change(session, now));
            var changed = await DeploymentChange.ChangeAsync(session, environment, name, now => Change(session, now), deadline);
            return await wait.FinishAsync(session, changed, deadline);

            DeploymentSpec Change(Session session, Deployment now) => Next(now, wanted) with { Note = session.Args.GetValue(note) };
        });
    }

    // By the same gates as the change itself, which may find another revision there.
    private static async Task<int> TryAsync(Session session, string environment, string name, Func<Deployment, DeploymentSpec> change)
    {
        var now = await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
        return DeploymentVerdictText.Show(session, await session.Client.Deployments.CheckAsync(environment, name, change(now), now.Revision, session.Cancel));
    }

    private static DeploymentSpec Next(Deployment now, Dictionary<string, int> wanted)
    {
        foreach (var name in wanted.Keys)
        {
            if (DeploymentChange.Variant(now, name).Shadow)
                throw new UsageException($"'{name}' is a shadow: nothing that it says is returned, so it has no share.");
        }

        return TrafficChange.Shares(now.Spec, wanted);
    }

    private static Dictionary<string, int> Read(string[] texts)
    {
        var shares = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var (name, value) = Verb.Pair(text, "a share");
            if (!int.TryParse(value.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var share) || share > 1_000_000)
                throw new UsageException($"'{text}' has no whole number, 0 to 1,000,000, as its share.");
            if (!shares.TryAdd(name, share))
                throw new UsageException($"'{name}' has two shares.");
        }

        return shares;
    }
}

using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets drift</c>.</summary>
internal static class TargetsDrift
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        var now = Verb.Flag("--now", "Have the server look now");
        return new Command("drift", "Show where an environment's repository, its cluster and what was delivered differ. Exit code 1 when they do.") { environment, now }.Does(async session =>
        {
            var name = session.Args.GetRequiredValue(environment);
            var targets = session.Client.DeliveryTargets;
            var drift = session.Args.GetValue(now) ? await targets.LookAsync(name, session.Cancel) : await targets.DriftAsync(name, session.Cancel);
            session.Output.List(
                drift,
                drift.Items,
                null,
                ("NAME", one => one.Name),
                ("STATE", one => one.State),
                ("WANTED", one => one.Desired),
                ("THERE", one => one.Actual),
                ("WHAT", one => string.Join(" ", one.Differences)));
            foreach (var one in drift.Violations)
                session.Output.Remark($"Commit {one.Commit} by {one.Author} changed {one.Name} without a valid approval: {string.Join(" ", one.Reasons)}");
            session.Output.Remark(drift.Problem ?? $"{name} is {drift.State}.");
            return drift.State == "in_sync" ? ExitCodes.Ok : ExitCodes.Failed;
        }).Example("mlops targets drift production --now");
    }
}

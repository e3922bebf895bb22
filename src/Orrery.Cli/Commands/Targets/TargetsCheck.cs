using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets check</c>.</summary>
internal static class TargetsCheck
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        return new Command("check", "Try a target: its repository and its cluster are read, nothing is written. Exit code 1 when something fails.") { environment }.Does(async session =>
        {
            var check = await session.Client.DeliveryTargets.CheckAsync(session.Args.GetRequiredValue(environment), session.Cancel);
            session.Output.List(check, check.Steps, null, ("STEP", one => one.Name), ("OK", one => one.Ok ? "yes" : "no"), ("WHAT", one => one.Message));
            return check.Ok ? ExitCodes.Ok : ExitCodes.Failed;
        }).Example("mlops targets check production");
    }
}

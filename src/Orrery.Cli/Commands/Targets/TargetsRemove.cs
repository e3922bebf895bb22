using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets remove</c>.</summary>
internal static class TargetsRemove
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        var yes = Confirmation.Option();
        return new Command("remove", "Have an environment be the server's own again. What runs elsewhere goes on.") { environment, yes }.Does(async session =>
        {
            var name = session.Args.GetRequiredValue(environment);
            var target = await session.Client.DeliveryTargets.GetAsync(name, session.Cancel);
            Confirmation.Ask(session, yes, $"The target of {name} ({target.Kind}) would be removed with its secrets; versions would be brought to the server itself.");
            await session.Client.DeliveryTargets.DeleteAsync(name, session.Cancel);
            session.Output.Line(target, $"Versions for {name} are brought to the server itself now.");
            return ExitCodes.Ok;
        }).Example("mlops targets remove staging --yes");
    }
}

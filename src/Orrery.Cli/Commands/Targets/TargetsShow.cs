using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops targets show</c>.</summary>
internal static class TargetsShow
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        return new Command("show", "Show an environment's target with its settings, as 'mlops targets set --file' takes them. Secrets are named and not shown.") { environment }.Does(async session =>
        {
            var target = await session.Client.DeliveryTargets.GetAsync(session.Args.GetRequiredValue(environment), session.Cancel);
            if (session.Output.IsJson)
                session.Output.Line(target, "");
            else
                session.Output.Raw(JsonSerializer.Serialize(new PutDeliveryTarget { Kind = target.Kind, Settings = target.Settings }, OrreryJson.Indented.GetTypeInfo(typeof(PutDeliveryTarget))) + "\n");
            if (target.Secrets.Count > 0)
                session.Output.Remark($"Secrets that are set: {string.Join(", ", target.Secrets)}.");
        }).Example("mlops targets show production");
    }
}

using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops audit prove</c>.</summary>
internal static class AuditProve
{
    public static Command Create()
    {
        var entry = Verb.Argument("entry", "Id of the entry");
        return new Command("prove", "Print a proof (JSON) that an entry is in a signed checkpoint; 'mlops audit verify --proof' checks it.") { entry }.Does(async session =>
        {
            var proof = await session.Client.Audit.ProveAsync(session.Args.GetRequiredValue(entry), session.Cancel);
            session.Output.Raw(JsonSerializer.Serialize(proof, OrreryJson.Indented) + "\n");
        });
    }
}

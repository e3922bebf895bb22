using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops targets set</c>.</summary>
internal static class TargetsSet
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        var file = new Option<string>("--file", "-f") { Description = "JSON with kind and settings, as 'mlops targets show' prints it", HelpName = "file", Required = true };
        var secrets = Verb.Texts("--secret-file", "A secret in a file: git_token=FILE, api_token=FILE or cluster_token=FILE; an empty file removes it", "name=file");
        return new Command("set", "Set where versions for an environment are brought to.") { environment, file, secrets }.Does(async session =>
        {
            var path = Verb.Existing(session.Args.GetRequiredValue(file));
            var asked = Read(await File.ReadAllTextAsync(path, session.Cancel), path);
            var values = asked.Secrets.ToDictionary(StringComparer.Ordinal);
            foreach (var one in session.Args.GetRequiredValue(secrets))
            {
                var (name, from) = Verb.Pair(one, "--secret-file");
                values[name] = (await File.ReadAllTextAsync(Verb.Existing(from), session.Cancel)).Trim();
            }

            var target = await session.Client.DeliveryTargets.PutAsync(session.Args.GetRequiredValue(environment), asked with { Secrets = values }, session.Cancel);
            session.Output.Line(target, $"Versions for {target.Environment} go to {target.Kind} now.");
        }).Example("mlops targets set production --file production.json --secret-file git_token=token.txt");
    }

    private static PutDeliveryTarget Read(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<PutDeliveryTarget>()) ?? throw new UsageException($"{path} holds nothing.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"{path} cannot be read: {broken.Message}");
        }
    }
}

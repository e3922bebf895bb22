using System.CommandLine;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary><c>mlops explain-one</c>.</summary>
internal static class ExplainOneVerb
{
    public static Command Create()
    {
        var (model, version) = (Verb.Argument("model", "The registered model"), Verb.Argument("version", "Number of its version"));
        var input = new Option<string>("--input", "-i") { Description = "A row as a JSON object of columns, or a list of such rows; - for standard input", HelpName = "file", Required = true };
        return new Command("explain-one", "Explain single rows by a version that need not be deployed, against the background of its latest report.") { model, version, input }
            .Example("mlops explain-one churn 3 --input customer.json")
            .Does(async session =>
            {
                var answer = await session.Client.Explanations.ExplainAsync(
                    new()
                    {
                        Model = session.Args.GetRequiredValue(model),
                        Version = session.Args.GetRequiredValue(version),
                        Instances = Rows(await TextInput.ReadAsync(session, session.Args.GetRequiredValue(input))),
                    },
                    session.Cancel);
                session.Output.Text(answer, ExplanationText.Of(answer));
            });
    }

    private static List<IReadOnlyDictionary<string, JsonElement>> Rows(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var rows = root.ValueKind is JsonValueKind.Array ? root.EnumerateArray().ToList() : [root];
            if (rows.Any(static row => row.ValueKind is not JsonValueKind.Object))
                throw new UsageException("The input must be a JSON object of columns, or a list of them.");
            return [.. rows.Select(static row => row.EnumerateObject().ToDictionary(static cell => cell.Name, static cell => cell.Value.Clone(), StringComparer.Ordinal))];
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The input is no JSON: {broken.Message}");
        }
    }
}

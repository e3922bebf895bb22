using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops explain-one</c>.</summary>
internal static class ExplainOneVerb
{
    public static Command Create()
    {
        var model = new Argument<string?>("model") { Description = "The registered model; not with --prediction", Arity = ArgumentArity.ZeroOrOne };
        var version = new Argument<string?>("version") { Description = "Number of its version; not with --prediction", Arity = ArgumentArity.ZeroOrOne };
        var input = new Option<string?>("--input", "-i") { Description = "A row as a JSON object of columns, or a list of such rows; - for standard input", HelpName = "file" };
        var prediction = Verb.Text("--prediction", "Id of a logged prediction, whose version and inputs are explained", "id");
        return new Command("explain-one", "Explain single rows, or a logged prediction, by a version that need not be deployed, against the background of its latest report.") { model, version, input, prediction }
            .Example("mlops explain-one churn 3 --input customer.json")
            .Does(async session =>
            {
                var args = session.Args;
                var answer = await session.Client.Explanations.ExplainAsync(await AskedAsync(session, args.GetValue(model), args.GetValue(version), args.GetValue(input), args.GetValue(prediction)), session.Cancel);
                session.Output.Text(answer, ExplanationText.Of(answer));
            });
    }

    private static async Task<ExplainInstances> AskedAsync(Session session, string? model, string? version, string? input, string? prediction) => (model, version, input, prediction) switch
    {
        (null, null, null, { } id) => new() { PredictionId = id },
        ({ } name, { } number, { } file, null) => new() { Model = name, Version = number, Instances = Rows(await TextInput.ReadAsync(session, file)) },
        _ => throw new UsageException("Say a model, its version and --input, or --prediction alone."),
    };

    /// <summary>Rows of a JSON object or list.</summary>
    public static List<IReadOnlyDictionary<string, JsonElement>> Rows(string text)
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

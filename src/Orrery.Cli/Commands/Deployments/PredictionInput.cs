using System.CommandLine;
using System.Text;
using System.Text.Json;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>What a model is asked, from a file: the body of a V1 request, or CSV.</summary>
internal sealed class PredictionInput(bool withEntities = false)
{
    private readonly Option<string[]> _entities = Verb.Texts("--entity", "Instead of an input: whom to predict for, with features looked up by the server; may be given again", "name=value");


    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "A V1 request as JSON ({\"instances\": [...]}), or CSV with the columns' names in its first line; - for standard input",
        HelpName = "file",
        Required = !withEntities,
    };

    private readonly Option<bool> _lists = Verb.Flag("--as-lists", "Of CSV: send the values in their order, without the columns' names, as models without named columns want them");

    public Command AddTo(Command command)
    {
        command.Add(_input);
        if (withEntities)
            command.Add(_entities);
        command.Add(_lists);
        return command;
    }

    /// <summary>The body to send.</summary>
    public async Task<byte[]> ReadAsync(Session session)
    {
        string[] entities = withEntities ? session.Args.GetRequiredValue(_entities) : [];
        var file = session.Args.GetValue(_input);
        if (file is null == (entities.Length == 0))
            throw new UsageException(file is null ? "Say what to predict: --input FILE, or --entity customer_id=123." : "Give --input or --entity, not both.");
        var body = file is null ? EntityInstances.Of(entities) : Body(await TextInput.ReadAsync(session, file), session.Args.GetValue(_lists));
        return Encoding.UTF8.GetBytes(body);
    }

    /// <summary>The answer to standard output; its id is a remark.</summary>
    public static void Write(Session session, ModelAnswer answer)
    {
        session.Output.Raw(answer.Body.GetRawText() + "\n");
        if (answer.PredictionId is { } id)
            session.Output.Remark($"Prediction {id}");
    }

    private static string Body(string text, bool asLists)
    {
        var start = text.TrimStart();
        if (start.Length == 0)
            throw new UsageException("The input is empty; give {\"instances\": [...]} or CSV.");
        if (start[0] is '{')
            return text;
        if (start[0] is not '[')
            return CsvInstances.Of(text, asLists);
        // Rows alone are what people paste.
        try
        {
            using var rows = JsonDocument.Parse(text);
            return $$"""{"instances":{{rows.RootElement.GetRawText()}}}""";
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The input is no JSON: {broken.Message}");
        }
    }
}

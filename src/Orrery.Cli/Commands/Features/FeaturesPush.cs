using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features push</c>.</summary>
internal static class FeaturesPush
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var source = Verb.Argument("source", "Name of the push source");
        var file = Verb.Argument("file", "JSON: a list of objects, or an object on each line");
        var to = Verb.Text("--to", "online, offline or online_and_offline (online)", "target");
        var key = Verb.Text("--key", "Key of this push: the same again changes nothing (a new one)", "text");
        return new Command("push", "Push rows to a push source.") { source, file, project, to, key }
            .Example("mlops features push position rows.json -p rides --to online_and_offline")
            .Does(async session =>
        {
            var path = session.Args.GetRequiredValue(file);
            if (!File.Exists(path))
                throw new UsageException($"There is no file '{path}'.");
            var rows = new PushRows { Source = session.Args.GetRequiredValue(source), Rows = Rows(path, await File.ReadAllTextAsync(path, session.Cancel)), To = session.Args.GetValue(to) };
            var name = session.Args.GetValue(key) ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
            var answer = await session.Client.Features.PushAsync(session.Args.GetRequiredValue(project), rows, name, session.Cancel);
            var text = $"{answer.Accepted} of {answer.Rows} rows taken"
                + (answer.Older > 0 ? $", {answer.Older} of them older than what is online" : "") + ".\n"
                + string.Concat(answer.Errors.Select(static error => $"Row {error.Row}: {error.Message}\n"))
                + string.Concat(answer.Quarantined.Select(static row => $"Row {row.Row} is in quarantine: {row.Message}\n"));
            session.Output.Text(answer, text);
            return answer.Errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        });
    }

    private static List<JsonElement> Rows(string path, string text)
    {
        try
        {
            if (text.AsSpan().TrimStart().StartsWith("["))
                return [.. JsonElement.Parse(text).EnumerateArray()];
            return [.. text.Split('\n').Where(static line => !string.IsNullOrWhiteSpace(line)).Select(static line => JsonElement.Parse(line))];
        }
        catch (JsonException e)
        {
            throw new UsageException($"'{path}' is not JSON: {e.Message}");
        }
    }
}

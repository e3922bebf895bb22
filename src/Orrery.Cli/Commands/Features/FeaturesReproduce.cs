using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary><c>mlops features reproduce</c>.</summary>
internal static class FeaturesReproduce
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var id = new Argument<string?>("id") { Description = "The training set", Arity = ArgumentArity.ZeroOrOne };
        var manifest = Verb.Text("--manifest", "A manifest's file instead, perhaps of another server", "file");
        var entities = Verb.Text("--entities", "The file of its entity rows, where this server does not have them", "file");
        return new Command("reproduce", "Make a training set again and compare the hashes; ends with 1 when they differ.") { project, id, manifest, entities }
            .Example("mlops features reproduce -p rides --manifest tips.json --entities trips.csv").Does(async session =>
        {
            var (name, one, file) = (session.Args.GetValue(project)!, session.Args.GetValue(id), session.Args.GetValue(manifest));
            if (one is null == file is null)
                throw new UsageException("Give either the id of a training set or --manifest.");
            var text = file is null ? null : await ManifestAsync(session, file);
            var rows = session.Args.GetValue(entities) is { } path ? await File.ReadAllBytesAsync(Verb.Existing(path), session.Cancel) : null;
            var made = one is not null
                ? await session.Client.Features.ReproduceAsync(name, one, session.Cancel)
                : await session.Client.Features.ReproduceManifestAsync(name, text!, rows, session.Cancel);
            session.Output.Details(
                made,
                ("Result", made.Equal ? "the same" : "not the same"),
                ("Rows", made.RowCount.ToString(CultureInfo.InvariantCulture)),
                ("Expected", made.Expected),
                ("Made", made.ContentHash),
                ("Differences", made.Differences.Count > 0 ? string.Join("\n", made.Differences) : null));
            return made.Equal ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    private static async Task<string> ManifestAsync(Session session, string file)
    {
        var text = await File.ReadAllTextAsync(Verb.Existing(file), session.Cancel);
        try
        {
            return JsonElement.Parse(text).ValueKind is JsonValueKind.Object ? text : throw new UsageException($"'{file}' is no manifest: it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"'{file}' is no manifest: {e.Message}");
        }
    }
}

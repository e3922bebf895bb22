using System.CommandLine;
using System.Globalization;

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
        return new Command("reproduce", "Make a training set again and compare the hashes; ends with 1 when they differ.") { project, id, manifest, entities }.Does(async session =>
        {
            var (name, one, file) = (session.Args.GetValue(project)!, session.Args.GetValue(id), session.Args.GetValue(manifest));
            if (one is null == file is null)
                throw new UsageException("Give either the id of a training set or --manifest.");
            var rows = session.Args.GetValue(entities) is { } path ? await File.ReadAllBytesAsync(path, session.Cancel) : null;
            var made = one is not null
                ? await session.Client.Features.ReproduceAsync(name, one, session.Cancel)
                : await session.Client.Features.ReproduceManifestAsync(name, await File.ReadAllTextAsync(file!, session.Cancel), rows, session.Cancel);
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
}

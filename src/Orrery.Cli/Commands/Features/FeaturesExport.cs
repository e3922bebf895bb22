using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features export</c>.</summary>
internal static class FeaturesExport
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var revision = new Option<long?>("--revision") { Description = "Of this revision [default: the last]", HelpName = "n" };
        var to = new Option<string?>("--output", "-o") { Description = "File to write; standard output without it", HelpName = "file" };
        return new Command("export", "A project's definitions as features.yaml, or as JSON with --json.") { project, revision, to }
            .Example("mlops features export -p rides -o features.yaml")
            .Does(async session =>
        {
            var (name, number) = (session.Args.GetValue(project)!, session.Args.GetValue(revision));
            if (session.Output.IsJson)
                session.Output.Line(await session.Client.Features.ExportAsync(name, number, session.Cancel), "");
            else
                await WriteAsync(session, session.Args.GetValue(to), await session.Client.Features.ExportYamlAsync(name, number, session.Cancel));
        });
    }

    public static async Task WriteAsync(Session session, string? file, string yaml)
    {
        if (file is null)
        {
            session.Output.Raw(yaml);
            return;
        }

        await File.WriteAllTextAsync(file, yaml, session.Cancel);
        session.Output.Done(file, "written", $"Written to {file}.");
    }
}

using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops artifacts list</c>.</summary>
internal static class ArtifactsList
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var path = new Argument<string>("path") { Description = "Folder below the run's root", DefaultValueFactory = _ => "" };
        var all = Verb.Flag("--recursive", "Also what lies in folders below");
        return new Command("list", "List the files of a run.") { one, path, all }.Does(async session =>
        {
            var files = await FilesAsync(
                session, session.Args.GetRequiredValue(one), session.Args.GetRequiredValue(path).Trim('/'), session.Args.GetValue(all));
            session.Output.List(
                new ArtifactPage { Files = files },
                files,
                null,
                ("PATH", file => file.IsDir ? file.Path + "/" : file.Path),
                ("SIZE", file => file.IsDir ? "" : Printable.Bytes(file.FileSize ?? 0)));
        });
    }

    private static async Task<List<ArtifactFile>> FilesAsync(Session session, string runId, string path, bool recursive)
    {
        var files = new List<ArtifactFile>();
        var folders = new Queue<string>([path]);
        while (folders.TryDequeue(out var folder))
        {
            await foreach (var file in session.Client.Artifacts.ListAsync(runId, folder, session.Cancel))
            {
                files.Add(file);
                if (file.IsDir && recursive)
                    folders.Enqueue(file.Path);
            }
        }

        return files;
    }
}

using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops artifacts upload</c>.</summary>
internal static class ArtifactsUpload
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var local = Verb.Argument("local", "File or folder to upload");
        var path = new Option<string>("--path") { Description = "Folder below the run's root", HelpName = "path", DefaultValueFactory = _ => "" };
        return new Command("upload", "Upload a file or a folder to a run.") { one, local, path }.Does(async session =>
        {
            var from = session.Args.GetRequiredValue(local);
            var to = session.Args.GetRequiredValue(path).Trim('/');
            var folder = await session.Client.Artifacts.OfRunAsync(session.Args.GetRequiredValue(one), session.Cancel);
            var moved = await TransferBar.WatchAsync<IReadOnlyList<TransferredFile>>(session.Output, "Uploading", async progress =>
            {
                if (Directory.Exists(from))
                    return await folder.UploadFolderAsync(from, to, progress, session.Cancel);
                var target = to.Length is 0 ? Path.GetFileName(from) : $"{to}/{Path.GetFileName(from)}";
                return [await folder.UploadFileAsync(from, target, progress, session.Cancel)];
            });
            TransferBar.Report(session.Output, moved);
        });
    }
}

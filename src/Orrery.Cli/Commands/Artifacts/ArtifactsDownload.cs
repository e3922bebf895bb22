using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops artifacts download</c>.</summary>
internal static class ArtifactsDownload
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var path = new Argument<string>("path") { Description = "File or folder below the run's root", DefaultValueFactory = _ => "" };
        var to = new Option<string>("--to") { Description = "Local folder", HelpName = "folder", DefaultValueFactory = _ => "." };
        return new Command("download", "Download a file or a folder of a run. Interrupted downloads continue.") { one, path, to }.Does(async session =>
        {
            var wanted = session.Args.GetRequiredValue(path).Trim('/');
            var target = session.Args.GetRequiredValue(to);
            var folder = await session.Client.Artifacts.OfRunAsync(session.Args.GetRequiredValue(one), session.Cancel);
            var isFile = await IsFileAsync(folder, wanted, session.Cancel);
            var moved = await TransferBar.WatchAsync<IReadOnlyList<TransferredFile>>(session.Output, "Downloading", async progress => isFile
                ? [await folder.DownloadFileAsync(wanted, Path.Combine(target, Path.GetFileName(wanted)), progress, session.Cancel)]
                : await folder.DownloadFolderAsync(wanted, target, progress, session.Cancel));
            TransferBar.Report(session.Output, moved);
        });
    }

    private static async Task<bool> IsFileAsync(ArtifactFolder folder, string path, CancellationToken cancel)
    {
        if (path.Length is 0)
            return false;
        var parent = path.LastIndexOf('/') is var slash && slash < 0 ? "" : path[..slash];
        await foreach (var file in folder.ListAsync(parent, cancel))
        {
            if (file.Path == path)
                return !file.IsDir;
        }

        throw new OrreryApiException(
            System.Net.HttpStatusCode.NotFound, Contracts.MlflowErrorCodes.ResourceDoesNotExist, $"The run has no artifact '{path}'.", requestId: null);
    }
}

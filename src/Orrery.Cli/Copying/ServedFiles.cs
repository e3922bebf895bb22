using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Files that the source serves as <c>mlflow-artifacts:</c>.</summary>
internal sealed class ServedFiles(ArtifactFolder folder) : ICopyFiles
{
    public IAsyncEnumerable<ArtifactFile> ListAsync(CancellationToken cancel) => folder.ListAllAsync("", cancel);

    public async Task<LocalFile> FetchAsync(string path, string place, CancellationToken cancel)
    {
        var moved = await folder.DownloadFileAsync(path, place, cancel: cancel);
        return new(place, moved.Bytes, moved.Sha256);
    }
}

using System.Runtime.CompilerServices;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Files in a store that the source reads for us, as its own web pages do.</summary>
internal sealed class ReadFiles(
    Func<string, CancellationToken, IAsyncEnumerable<ArtifactFile>> list,
    Func<string, string, CancellationToken, Task<TransferredFile>> download) : ICopyFiles
{
    public async IAsyncEnumerable<ArtifactFile> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            await foreach (var file in list(folder, cancel))
            {
                if (file.IsDir)
                    folders.Push(file.Path);
                else
                    yield return file;
            }
        }
    }

    public async Task<LocalFile> FetchAsync(string path, string place, CancellationToken cancel)
    {
        var moved = await download(path, place, cancel);
        return new(place, moved.Bytes, moved.Sha256);
    }
}

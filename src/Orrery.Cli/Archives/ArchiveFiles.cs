using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>The files of one run or logged model in an archive.</summary>
internal sealed class ArchiveFiles(string folder, IReadOnlyList<ArchivedFile> files) : ICopyFiles
{
    private readonly Dictionary<string, ArchivedFile> _files = files.ToDictionary(file => file.Path);

    public IAsyncEnumerable<ArtifactFile> ListAsync(CancellationToken cancel) =>
        files.Select(file => new ArtifactFile(file.Path, FileSize: file.Bytes)).ToAsyncEnumerable();

    /// <summary>The file where it lies. Whoever takes it compares its hash.</summary>
    /// <exception cref="InvalidDataException">It is missing, or its length has changed.</exception>
    public Task<LocalFile> FetchAsync(string path, string place, CancellationToken cancel)
    {
        var expected = _files[path];
        var file = new FileInfo(Archive.Below(folder, path));
        if (!file.Exists || file.Length != expected.Bytes)
            throw new InvalidDataException($"{file.FullName} is missing or was changed since the archive was made.");
        return Task.FromResult(new LocalFile(file.FullName, file.Length, expected.Sha256));
    }
}

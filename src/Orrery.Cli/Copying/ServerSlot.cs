using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>An open import on an Orrery server.</summary>
internal sealed class ServerSlot(
    ArtifactFolder? folder,
    Func<IReadOnlyList<Metric>, CancellationToken, Task> metrics,
    Func<ImportCounts, CancellationToken, Task> complete) : ICopySlot
{
    private ArtifactFolder Folder => folder ?? throw new InvalidOperationException("This copy leaves files where they are.");

    public async Task<IReadOnlyDictionary<string, long>> FindFilesAsync(CancellationToken cancel)
    {
        var found = new Dictionary<string, long>();
        await foreach (var file in Folder.ListAllAsync("", cancel))
            found[file.Path] = file.FileSize ?? 0;
        return found;
    }

    public Task RemoveFileAsync(string path, CancellationToken cancel) => Folder.DeleteAsync(path, cancel);

    public string? PlaceFor(string path) => null;

    public async Task<bool> FileAsync(string path, LocalFile file, CancellationToken cancel)
    {
        var moved = await Folder.UploadFileAsync(file.Path, path, cancel: cancel);
        if (file.Sha256 is { } expected && expected != moved.Sha256)
            throw new OrreryIntegrityException(path, $"SHA-256 {expected}", moved.Sha256);
        return moved.Verified;
    }

    public Task MetricsAsync(IReadOnlyList<Metric> points, CancellationToken cancel) => metrics(points, cancel);

    public Task CompleteAsync(ImportCounts expected, CancellationToken cancel) => complete(expected, cancel);
}

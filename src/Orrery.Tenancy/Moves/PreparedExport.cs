using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Orrery.Tenancy;

/// <summary>What of an archive comes from the database, on its way into it.</summary>
internal sealed class PreparedExport : IAsyncDisposable
{
    private const string Blobs = "blobs.ndjson";
    private readonly List<(string Name, FileStream File)> _files = [];

    public ArchiveManifest Manifest { get; set; } = null!;

    /// <summary>The entries between the manifest and the blobs, in order.</summary>
    public IReadOnlyList<(string Name, FileStream File)> Files => _files;

    /// <summary>About how many bytes the archive will have.</summary>
    public long ExpectedBytes =>
        _files.Sum(static f => f.File.Length + TarHeader.Block + TarHeader.Padding(f.File.Length)) + Manifest.BlobBytes + (Manifest.Blobs * (TarHeader.Block + (TarHeader.Block / 2)));

    public FileStream Add(string name, FileStream file)
    {
        _files.Add((name, file));
        return file;
    }

    public FileStream AddBlobs(FileStream file) => Add(Blobs, file);

    /// <summary>The blobs that go into the archive, in order. Reads their own entry's file once more.</summary>
    public async IAsyncEnumerable<ArchivedBlob> ReadBlobsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var file = _files.Find(static f => f.Name == Blobs).File;
        file.Position = 0;
        using var lines = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        while (await lines.ReadLineAsync(cancel) is { } line)
            yield return JsonSerializer.Deserialize(line, ArchiveJson.Default.ArchivedBlob)!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, file) in _files)
            await file.DisposeAsync();
    }
}

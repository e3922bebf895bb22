using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Orrery.Storage;

/// <summary>A blob on its way to its place. Disposing it deletes what did not get there.</summary>
internal sealed class TempFile : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private readonly SafeFileHandle? _file;

    private TempFile(string path, SafeFileHandle? file)
    {
        Path = path;
        _file = file;
    }

    public string Path { get; }

    /// <summary>An empty file to write to.</summary>
    public static TempFile Create(string folder)
    {
        var path = NewPath(folder);
        return new(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    /// <summary>A second link to a file; null when the file system has none, or the file is gone.</summary>
    public static TempFile? LinkTo(string existing, string folder)
    {
        var path = NewPath(folder);
        return Posix.TryLink(existing, path) ? new(path, file: null) : null;
    }

    /// <summary>Writes a stream to its end, makes it durable and gives its size and SHA-256.</summary>
    public async ValueTask<(long Size, string Sha256)> WriteAsync(Stream content, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            int count;
            do
            {
                count = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
                hash.AppendData(buffer, 0, count);
                await RandomAccess.WriteAsync(_file!, buffer.AsMemory(0, count), size, cancel);
                size += count;
            }
            while (count == buffer.Length);

            cancel.ThrowIfCancellationRequested();
            RandomAccess.FlushToDisk(_file!);
            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts the file in its place, over what is there. It can be tried again.</summary>
    public void MoveTo(string path)
    {
        _file?.Dispose();
        File.Move(Path, path, overwrite: true);
    }

    public void Dispose()
    {
        _file?.Dispose();
        // Also after a move: renaming a link over another link to the same file leaves both (rename(2)).
        File.Delete(Path);
    }

    private static string NewPath(string folder) => System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
}

using System.Runtime.Versioning;

namespace Orrery.Serving;

/// <summary>
/// A model's place in the system's temporary folder: sockets, the workers' own folders, and when workers run as another user a copy of the model that they
/// can read and not change. Gone with the model; what a killed server left behind goes when the next one makes a folder.
/// </summary>
internal sealed class PythonFolder : IDisposable
{
    private const string Prefix = "orrery-python-";
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Readable = Passable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadableFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly FileStream _lock;
    private int _workers;

    private PythonFolder(string path, FileStream held, string model) => (Path, _lock, Model) = (path, held, model);

    public string Path { get; }

    /// <summary>The model's files.</summary>
    public string Model { get; }

    /// <summary>Makes one.</summary>
    /// <param name="model">The package's folder.</param>
    /// <exception cref="ModelException">There are no Unix sockets and users here.</exception>
    public static PythonFolder Create(string model)
    {
        if (OperatingSystem.IsWindows())
            throw new ModelException("Python models run on Linux only.");
        try
        {
            return New(model);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"There is no place for the model's workers: {failed.Message}", failed);
        }
    }

    /// <summary>A folder for a worker's own files, and the path of its socket, which is short enough for one.</summary>
    public (string Temp, string Socket) NewWorker()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        var number = Interlocked.Increment(ref _workers);
        var temp = System.IO.Path.Combine(Path, $"t{number}");
        Directory.CreateDirectory(temp, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return (temp, System.IO.Path.Combine(Path, $"s{number}"));
    }

    public void Dispose()
    {
        _lock.Dispose();
        Remove(Path);
    }

    [UnsupportedOSPlatform("windows")]
    private static PythonFolder New(string model)
    {
        RemoveLeft();
        var path = Directory.CreateTempSubdirectory(Prefix).FullName;
        var held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        if (!Environment.IsPrivilegedProcess)
            return new(path, held, model);
        File.SetUnixFileMode(path, Passable);
        var copy = System.IO.Path.Combine(path, "model");
        Copy(model, copy);
        return new(path, held, copy);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, Readable);
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, System.IO.Path.Combine(to, System.IO.Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var copy = System.IO.Path.Combine(to, System.IO.Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ReadableFile);
        }
    }

    private static void RemoveLeft()
    {
        foreach (var path in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                // Its server holds it while it lives.
                new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                Remove(path);
            }
            catch (Exception held) when (held is IOException or UnauthorizedAccessException)
            {
                // In use, or not ours.
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // A worker that is just ending wrote once more; the next server removes it.
        }
    }
}

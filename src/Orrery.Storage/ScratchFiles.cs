namespace Orrery.Storage;

/// <summary>Files for what is too large for memory and needed for a moment. They are gone when they are closed, and after a crash too.</summary>
public sealed class ScratchFiles
{
    private readonly string _folder;

    internal ScratchFiles(string folder) => _folder = folder;

    /// <summary>An empty file to write and then read. The caller disposes it.</summary>
    public FileStream Create()
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 128 * 1024,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        });
        // A name that is gone already is gone after a crash too. Windows keeps it until the file is closed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}

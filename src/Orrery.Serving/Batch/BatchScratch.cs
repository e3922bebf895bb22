namespace Orrery.Serving;

/// <summary>Folders on this server's disk for partitions that are at work; what a crash left is removed after a day.</summary>
internal sealed class BatchScratch(string parent, TimeProvider time)
{
    private readonly LogScratch _mine = new(parent, time);

    /// <summary>A new folder, which whoever asked for it deletes.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_mine.Folder, Path.GetRandomFileName())).FullName;

    /// <summary>Deletes a folder.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It goes with the others.
        }
    }
}

namespace Orrery.Serving;

/// <summary>Where files of prediction logs lie for a moment: a folder of this process, and what a crash left of others' is removed.</summary>
internal sealed class LogScratch
{
    private static readonly TimeSpan Left = TimeSpan.FromDays(1);

    private readonly Lazy<string> _folder;

    public LogScratch(string parent, TimeProvider time) => _folder = new(() =>
    {
        Directory.CreateDirectory(parent);
        foreach (var other in new DirectoryInfo(parent).EnumerateDirectories().Where(other => time.GetUtcNow().UtcDateTime - other.LastWriteTimeUtc > Left))
            other.Delete(recursive: true);
        return Directory.CreateDirectory(Path.Combine(Path.GetFullPath(parent), Path.GetRandomFileName())).FullName;
    });

    public string Folder => _folder.Value;

    /// <summary>Path for a file that is not there yet.</summary>
    public string NewPath() => Path.Combine(Folder, Path.GetRandomFileName() + ".parquet");
}

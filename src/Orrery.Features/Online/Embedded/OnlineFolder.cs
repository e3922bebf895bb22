using System.Globalization;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Files of the online store in process: <c>log-N</c>, <c>snapshot-N</c> (all that was before log N), <c>lock</c>. One process at a time.</summary>
internal sealed class OnlineFolder : IDisposable
{
    private const string LogPrefix = "log-";
    private const string SnapshotPrefix = "snapshot-";
    private readonly string _path;
    private readonly FileStream _lock;

    private OnlineFolder(string path, FileStream @lock)
    {
        _path = path;
        _lock = @lock;
    }

    public string Path => _path;

    /// <summary>Takes the folder; null when another process has it.</summary>
    public static OnlineFolder? TryTake(string path)
    {
        Directory.CreateDirectory(path);
        try
        {
            return new(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    public string Log(long number) => Named(LogPrefix, number);

    public string Snapshot(long number) => Named(SnapshotPrefix, number);

    public string SnapshotInWork(long number) => Named(SnapshotPrefix, number) + ".tmp";

    /// <summary>Numbers of the logs there are, ascending.</summary>
    public IReadOnlyList<long> Logs() => Numbers(LogPrefix);

    /// <summary>Numbers of the snapshots there are, ascending.</summary>
    public IReadOnlyList<long> Snapshots() => Numbers(SnapshotPrefix);

    /// <summary>Deletes all that a snapshot has made needless, and what was left half-written.</summary>
    public void Tidy(long snapshot)
    {
        foreach (var number in Logs().Where(number => number < snapshot))
            File.Delete(Log(number));
        foreach (var number in Snapshots().Where(number => number < snapshot))
            File.Delete(Snapshot(number));
        foreach (var left in Directory.EnumerateFiles(_path, SnapshotPrefix + "*.tmp"))
            File.Delete(left);
    }

    /// <summary>Makes the names of its files durable.</summary>
    public void Flush() => DurableFolder.Flush(_path);

    public void Dispose() => _lock.Dispose();

    private string Named(string prefix, long number) =>
        System.IO.Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:D12}"));

    private long[] Numbers(string prefix) =>
    [
        .. Directory.EnumerateFiles(_path, prefix + "*")
            .Select(file => System.IO.Path.GetFileName(file)[prefix.Length..])
            .Where(static text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(static text => long.Parse(text, CultureInfo.InvariantCulture))
            .Order(),
    ];
}

namespace Orrery.Client;

/// <summary>Adds up what parallel transfers move. A file that starts again takes back what it had counted.</summary>
internal sealed class TransferMeter(IProgress<TransferProgress>? progress, int files, long? bytes)
{
    private int _files;
    private long _bytes;

    public void Moved(string path, long count)
    {
        var moved = Interlocked.Add(ref _bytes, count);
        progress?.Report(new(Volatile.Read(ref _files), files, moved, bytes, path));
    }

    public void Finished(string path)
    {
        var done = Interlocked.Increment(ref _files);
        progress?.Report(new(done, files, Interlocked.Read(ref _bytes), bytes, path));
    }
}

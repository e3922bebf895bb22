using Microsoft.Win32.SafeHandles;

namespace Orrery.Features;

/// <summary>The log being written: whole groups of records, each on disk before the next. Not thread-safe.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;
    private bool _dirty;

    private LogFile(SafeFileHandle file, long number, long length)
    {
        _file = file;
        Number = number;
        _length = length;
    }

    public long Number { get; }

    public long Length => _length;

    public static LogFile Create(OnlineFolder folder, long number)
    {
        var file = File.OpenHandle(folder.Log(number), FileMode.Create, FileAccess.Write, FileShare.Read);
        var log = new LogFile(file, number, 0);
        try
        {
            using var header = new ByteWriter(64);
            LogRecord.Header(header, number);
            log.Append(header.Written.Span);
            folder.Flush();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a log after its last whole record; what follows is cut off.</summary>
    public static LogFile Open(OnlineFolder folder, long number, long length)
    {
        var file = File.OpenHandle(folder.Log(number), FileMode.Open, FileAccess.Write, FileShare.Read);
        if (RandomAccess.GetLength(file) != length)
        {
            RandomAccess.SetLength(file, length);
            RandomAccess.FlushToDisk(file);
        }

        return new LogFile(file, number, length);
    }

    /// <summary>Appends records and waits until they are on disk. After an exception nothing of them is in the log.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Append(ReadOnlySpan<byte> records)
    {
        if (_dirty)
            Repair();
        _dirty = true;
        try
        {
            RandomAccess.Write(_file, records, _length);
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            TryRepair();
            throw;
        }

        _dirty = false;
        _length += records.Length;
    }

    public void Dispose() => _file.Dispose();

    private void TryRepair()
    {
        try
        {
            Repair();
        }
        catch (IOException)
        {
            // The next append tries again, and fails until it succeeds.
        }
    }

    private void Repair()
    {
        RandomAccess.SetLength(_file, _length);
        RandomAccess.FlushToDisk(_file);
        _dirty = false;
    }
}

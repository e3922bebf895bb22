using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Writes events to a file, one a line, whole or not at all: what a server that was killed left of a line is cut off before the next.</summary>
internal sealed class FileSink(OpenLineageOptions options, TimeProvider time) : IEventSink
{
    private readonly string _path = Path.GetFullPath(options.Path!);
    private bool _isWhole;

    public string Name => "lineage.openlineage_file";

    // Events come one at a time.
    public ValueTask<Result<Done>> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            if (new FileInfo(_path) is { Exists: true, Length: > 0 } full && full.Length + body.Length + 1 > options.MaxFileBytes)
                PutAside();
            using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            if (!_isWhole)
                CutOff(file);
            _isWhole = false;
            file.Seek(0, SeekOrigin.End);
            var line = new byte[body.Length + 1];
            body.Span.CopyTo(line);
            line[^1] = (byte)'\n';
            file.Write(line);
            file.Flush(flushToDisk: true);
            _isWhole = true;
            return ValueTask.FromResult<Result<Done>>(Done.Ok);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ValueTask.FromResult<Result<Done>>(Failure.Unavailable("lineage.file_away", $"The file of lineage events cannot be written: {e.Message}"));
        }
    }

    private void PutAside()
    {
        var aside = _path + time.GetUtcNow().ToString("'.'yyyyMMdd'T'HHmmss.fffffff", CultureInfo.InvariantCulture);
        File.Move(_path, aside);
    }

    private static void CutOff(FileStream file)
    {
        var end = file.Length;
        var one = new byte[1];
        while (end > 0)
        {
            file.Seek(end - 1, SeekOrigin.Begin);
            file.ReadExactly(one);
            if (one[0] == '\n')
                break;
            end--;
        }

        file.SetLength(end);
    }
}

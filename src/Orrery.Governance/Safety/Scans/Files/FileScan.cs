using System.Buffers.Binary;
using System.Text;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Looks at the files of one package, and at what is packed in them. Runs nothing.</summary>
internal sealed partial class FileScan(PackageFacts facts, PickleSettings pickles, Findings findings, ScratchFiles scratch, CancellationToken cancel)
{
    private const int TailBytes = 66_000;
    private const int EndRecordBytes = 22;

    private int _entries;
    private long _unpacked;

    /// <summary>Looks at a file of the package.</summary>
    public void Scan(string path, Stream file) => Scan(path, file, depth: 0);

    private void Scan(string path, Stream file, int depth)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            Look(path, file, depth);
        }
        catch (ScanLimitException limit)
        {
            findings.Add(limit.Message.Contains("unpack", StringComparison.Ordinal) ? ScanRules.ArchiveBomb : ScanRules.TooMuch, Severity.High, path, Clause(limit.Message));
        }
    }

    private void Look(string path, Stream file, int depth)
    {
        var head = new byte[FileKinds.HeadBytes];
        var kind = FileKinds.Of(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
        file.Position = 0;
        if (FileKinds.IsExecutableByName(path) || kind is FileKind.Executable)
            findings.Add(ScanRules.Executable, Severity.High, path, "it is a program or a library of machine code");
        else if (FileKinds.IsScriptByName(path) || kind is FileKind.Script)
            findings.Add(ScanRules.Script, Severity.Medium, path, "it is a script");
        var isRead = kind switch
        {
            FileKind.Zip => Zip(path, file, depth),
            FileKind.Tar => Tar(path, file, depth),
            FileKind.Gzip => Unpack(path, file, depth, isGzip: true),
            FileKind.Zlib => Unpack(path, file, depth, isGzip: false),
            FileKind.Numpy => NumpyScan.Scan(path, file, pickles, findings, cancel),
            FileKind.OtherCompression => Unread(path),
            _ => false,
        };
        if (isRead)
            return;
        file.Position = 0;
        if (depth == 0 && facts.IsOnnx(path))
        {
            OnnxScan.Scan(path, file, facts, findings, cancel);
            return;
        }

        Plain(path, file, depth);
        ZipTail(path, file, depth);
    }

    private void Plain(string path, Stream file, int depth)
    {
        var isModel = depth == 0 && path == facts.Pickle;
        var name = path[(path.LastIndexOf('!') + 1)..];
        PickleScan.Scan(path, file, isModel || FileKinds.IsPickleByName(name), pickles with
        {
            // The model itself is loaded by Python's pickle, which knows no such arrays.
            HasArrays = !isModel,
            HasTensors = !isModel && (name.EndsWith("data.pkl", StringComparison.Ordinal) || FileKinds.Ending(name) is ".pt" or ".pth"),
        }, findings, cancel);
        file.Position = 0;
        if (file.Length is > 0 and <= ScanLimits.TextBytes && Text(file) is { } text)
            TextScan.Scan(path, text, facts, pickles.Code, findings);
    }

    private bool Unread(string path)
    {
        findings.Add(ScanRules.ArchiveUnreadable, Severity.High, path, "it is packed in a way that the scan does not read (bzip2, LZMA, LZ4, Zstandard, 7z or RAR), so that nobody knows what is in it");
        return true;
    }

    // A file that begins as something else and ends as a zip is one for those who look at its end.
    private void ZipTail(string path, Stream file, int depth)
    {
        var length = (int)Math.Min(file.Length, TailBytes);
        var tail = new byte[length];
        file.Position = file.Length - length;
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndRecordBytes > length)
            return;
        // Places in the archive are counted from its first byte, which the end tells.
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12)) + (long)BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var begin = Math.Clamp(file.Length - length + end - directory, 0, file.Length);
        using var archive = scratch.Create();
        file.Position = begin;
        file.CopyTo(archive);
        archive.Position = 0;
        Zip(path, archive, depth);
    }

    private static string? Text(Stream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (bytes.AsSpan().Contains((byte)0))
            return null;
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Clause(string message) => char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}

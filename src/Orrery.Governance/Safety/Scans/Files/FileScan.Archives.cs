using System.Formats.Tar;
using System.IO.Compression;

namespace Orrery.Governance;

/// <content>Archives and compressions.</content>
internal sealed partial class FileScan
{
    private const int LinkMode = 0xA000;
    private const int ModeMask = 0xF000;

    private bool Zip(string path, Stream file, int depth)
    {
        if (TooDeep(path, depth))
            return true;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var claimed = archive.Entries.Sum(static entry => Math.Max(0, entry.Length));
            if (claimed > ScanLimits.FreeBytes && claimed / Math.Max(1, file.Length) > ScanLimits.Ratio)
                throw new ScanLimitException($"It unpacks to more than {ScanLimits.Ratio} times its size: a bomb.");
            foreach (var entry in archive.Entries)
                Entry(path, entry, depth);
        }
        catch (InvalidDataException broken)
        {
            findings.Add(ScanRules.ArchiveUnreadable, Severity.High, path, $"it is a zip that cannot be read: {broken.Message.TrimEnd('.')}");
        }

        return true;
    }

    private void Entry(string path, ZipArchiveEntry entry, int depth)
    {
        Count();
        var inside = $"{path}!{Shown(entry.FullName)}";
        if (ArchivePaths.Problem(entry.FullName) is { } problem)
            findings.Add(ScanRules.ArchivePath, Severity.High, inside, problem);
        if (((entry.ExternalAttributes >> 16) & ModeMask) == LinkMode)
        {
            findings.Add(ScanRules.ArchiveLink, Severity.High, inside, "an entry is a link");
            return;
        }

        if (entry.FullName.EndsWith('/') && entry.Length == 0)
            return;
        if (entry.IsEncrypted)
        {
            findings.Add(ScanRules.ArchiveUnreadable, Severity.High, inside, "an entry is encrypted, so that nobody knows what is in it");
            return;
        }

        using var packed = entry.Open();
        Inside(inside, packed, entry.CompressedLength, depth);
    }

    private bool Tar(string path, Stream file, int depth)
    {
        if (TooDeep(path, depth))
            return true;
        try
        {
            using var tar = new TarReader(file, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                Count();
                var inside = $"{path}!{Shown(entry.Name)}";
                if (ArchivePaths.Problem(entry.Name) is { } problem)
                    findings.Add(ScanRules.ArchivePath, Severity.High, inside, problem);
                if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink or TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo)
                    findings.Add(ScanRules.ArchiveLink, Severity.High, inside, "an entry is a link or a device");
                else if (entry.DataStream is { } content)
                    Inside(inside, content, entry.Length, depth);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException or IOException)
        {
            findings.Add(ScanRules.ArchiveUnreadable, Severity.High, path, "it is a tar that cannot be read to its end");
        }

        return true;
    }

    // False when it was no such compression after all.
    private bool Unpack(string path, Stream file, int depth, bool isGzip)
    {
        if (TooDeep(path, depth))
            return true;
        try
        {
            using Stream unpacked = isGzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : new ZLibStream(file, CompressionMode.Decompress, leaveOpen: true);
            // What a pickle's name says holds for what is packed in it.
            Inside(path, unpacked, file.Length, depth);
            return true;
        }
        catch (InvalidDataException)
        {
            if (isGzip || FileKinds.IsPickleByName(path))
                findings.Add(ScanRules.ArchiveUnreadable, Severity.High, path, "it begins as if it were compressed and cannot be unpacked");
            return isGzip;
        }
    }

    private void Inside(string path, Stream packed, long packedBytes, int depth)
    {
        using var limited = new PackedStream(packed, packedBytes);
        using var copy = scratch.Create();
        limited.CopyTo(copy);
        _unpacked += copy.Length;
        if (_unpacked > ScanLimits.Bytes)
            throw new ScanLimitException($"All archives of the package unpack to more than {ScanLimits.Bytes >> 30} GiB.");
        copy.Position = 0;
        Scan(path, copy, depth + 1);
    }

    private bool TooDeep(string path, int depth)
    {
        if (depth < ScanLimits.Depth)
            return false;
        findings.Add(ScanRules.TooMuch, Severity.High, path, $"archives are packed in archives more than {ScanLimits.Depth} deep");
        return true;
    }

    private void Count()
    {
        if (++_entries > ScanLimits.Entries)
            throw new ScanLimitException($"The archives of the package have more than {ScanLimits.Entries} entries.");
    }

    private static string Shown(string name)
    {
        var plain = string.Concat(name.Select(static c => char.IsControl(c) ? '?' : c));
        return plain.Length > 120 ? plain[..120] + "..." : plain;
    }
}

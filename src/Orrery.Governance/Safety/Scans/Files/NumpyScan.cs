using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>Looks at files of NumPy: arrays of Python objects are pickles.</summary>
internal static partial class NumpyScan
{
    private const int MostHeader = 1 << 20;

    public static bool Scan(string path, Stream file, PickleSettings settings, Findings findings, CancellationToken cancel)
    {
        try
        {
            var reader = new ByteReader(file, ScanLimits.Bytes);
            reader.Skip(6);
            var version = reader.Byte();
            reader.Skip(1);
            var length = (long)reader.Whole(version == 1 ? 2 : 4);
            if (version is < 1 or > 3 || length > MostHeader)
                throw new InvalidDataException("its header is not known");
            var header = Encoding.Latin1.GetString(reader.Take(length));
            if (!HasObjects().IsMatch(header))
                return true;
            file.Position = 6 + 2 + (version == 1 ? 2 : 4) + length;
            PickleScan.Scan(path, file, isNamed: true, settings, findings, cancel);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            findings.Add(ScanRules.ArchiveUnreadable, Severity.High, path, $"it is called an array of NumPy and cannot be read: {broken.Message.TrimEnd('.')}");
        }

        return true;
    }

    // A type, or one of its fields; names of fields that look so cost a look only.
    [GeneratedRegex(@"['""][|<>=]?(O\d*|object\w*)['""]", RegexOptions.NonBacktracking)]
    private static partial Regex HasObjects();
}

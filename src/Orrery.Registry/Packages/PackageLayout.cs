using System.Security.Cryptography;
using System.Text;

namespace Orrery.Registry;

/// <summary>Where packages lie among the blobs: <c>{workspace}/models/{model}/v{n}/...</c>, and <c>{workspace}/models/{model}/latest</c>, a small JSON file.</summary>
internal static class PackageLayout
{
    private const int MaxSegmentBytes = 100;

    public static string Folder(string workspace, string model, long version) =>
        FormattableString.Invariant($"{workspace}/models/{Segment(model)}/v{version}");

    public static string Latest(string workspace, string model) => $"{workspace}/models/{Segment(model)}/latest";

    /// <summary>The hash of a package: of its files' hashes and paths.</summary>
    public static string Hash(IEnumerable<PackageFile> files)
    {
        var lines = new StringBuilder();
        foreach (var file in files.OrderBy(static f => f.Path, StringComparer.Ordinal))
            lines.Append(file.Sha256).Append("  ").Append(file.Path).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    /// <summary>
    /// A model's name as one segment of a key: what a key does not allow, and what people would stumble over in one, is
    /// percent-encoded; of a name that is too long the beginning is kept, with a hash that makes it this name's alone.
    /// </summary>
    internal static string Segment(string name)
    {
        var segment = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-' || (rune.Value == '.' && segment.Length > 0))
                segment.Append(rune.ToString());
            else
                Encode(segment, rune);
        }

        var text = segment.ToString();
        if (Encoding.UTF8.GetByteCount(text) <= MaxSegmentBytes)
            return text;
        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxSegmentBytes - 17)
                break;
            kept.Append(rune.ToString());
        }

        return $"{kept}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";
    }

    private static void Encode(StringBuilder segment, Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            segment.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
    }
}

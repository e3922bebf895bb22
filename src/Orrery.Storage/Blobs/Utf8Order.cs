using System.Text;

namespace Orrery.Storage;

/// <summary>Order of the UTF-8 bytes, as S3 lists. UTF-16 differs from it beyond U+FFFF.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x!.Length || common == y!.Length)
            return x.Length.CompareTo(y!.Length);
        // The code point in which they differ may have begun one unit before.
        if (common > 0 && char.IsHighSurrogate(x[common - 1]))
            common--;
        Rune.DecodeFromUtf16(x.AsSpan(common), out var left, out _);
        Rune.DecodeFromUtf16(y.AsSpan(common), out var right, out _);
        return left.CompareTo(right);
    }
}

using System.Text;

namespace Orrery.Features;

/// <summary>Functions of texts as DuckDB 1.5 has them: by code points.</summary>
internal static class TextFunctions
{
    public static int Length(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
        {
            if (char.IsLowSurrogate(unit))
                count--;
        }

        return count;
    }

    /// <summary>The code points from <paramref name="start"/> (from 1; less counts as 1), <paramref name="count"/> at most.</summary>
    public static string Part(string text, long start, long count)
    {
        var from = Skip(text, 0, Math.Max(start, 1) - 1);
        return text[from..Skip(text, from, Math.Max(count, 0))];
    }

    public static string Lower(string text) => Map(text, LowerOf);

    public static string Upper(string text) => Map(text, UpperOf);

    private static int Skip(string text, int at, long count)
    {
        for (; count > 0 && at < text.Length; count--)
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return at;
    }

    private static string Map(string text, Func<Rune, Rune> map)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mapped.Append(map(rune));
        return mapped.ToString();
    }

    // Simple case mapping; DuckDB differs from .NET in these and has an older Unicode.
    private static Rune LowerOf(Rune rune) => rune.Value switch
    {
        0x130 => new Rune('i'),
        _ => IsNewer(rune.Value) ? rune : Rune.ToLowerInvariant(rune),
    };

    private static Rune UpperOf(Rune rune) => rune.Value switch
    {
        0xDF => new Rune(0x1E9E),
        0x131 => new Rune('I'),
        0x17F => new Rune('S'),
        _ => IsNewer(rune.Value) ? rune : Rune.ToUpperInvariant(rune),
    };

    private static bool IsNewer(int value) =>
        value is 0x19B or 0x264 or 0x1C89 or 0x1C8A or 0xA7CB or 0xA7CC or 0xA7CD or 0xA7DA or 0xA7DB or 0xA7DC or (>= 0x10D50 and <= 0x10D85);
}

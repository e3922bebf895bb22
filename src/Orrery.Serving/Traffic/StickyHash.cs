using System.Text;

namespace Orrery.Serving;

/// <summary>Where a user's key falls, the same on every server and after every restart: FNV-1a over the UTF-8, then the finalizer of MurmurHash3.</summary>
internal static class StickyHash
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>A number in (0, 1) for a key and the name of a variant.</summary>
    /// <param name="key">The user's.</param>
    /// <param name="salt">What else tells: the deployment and the variant.</param>
    public static double Unit(string key, ulong salt) => ((Mix(Of(key, salt)) >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Hash of a text, to be used as salt.</summary>
    public static ulong Of(string text, ulong start = 0)
    {
        var hash = Basis ^ Mix(start);
        Span<byte> utf8 = stackalloc byte[512];
        for (var at = 0; at < text.Length; at += 128)
        {
            var part = text.AsSpan(at, Math.Min(128, text.Length - at));
            foreach (var one in utf8[..Encoding.UTF8.GetBytes(part, utf8)])
                hash = (hash ^ one) * Prime;
        }

        return hash;
    }

    /// <summary>The output function of SplitMix64.</summary>
    public static ulong Mix13(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }
}

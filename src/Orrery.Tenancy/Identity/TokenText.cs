using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tenancy;

/// <summary>
/// How a token is written: <c>mlops_pat_</c> (of a person) or <c>mlops_svc_</c> (of a service account), 30 random characters of
/// base 62, and their CRC-32 in six. The prefix lets secret scanners find it; the checksum tells a typo without asking anybody.
/// </summary>
internal static class TokenText
{
    public const string Personal = "mlops_pat_";
    public const string Service = "mlops_svc_";
    private const int Entropy = 30;
    private const int Check = 6;

    public static string New(bool service)
    {
        var random = Base62.Random(Entropy);
        return (service ? Service : Personal) + random + Checksum(random);
    }

    /// <summary>True for what is meant to be a token, well formed or not.</summary>
    public static bool IsMeant(string text) =>
        text.StartsWith(Personal, StringComparison.Ordinal) || text.StartsWith(Service, StringComparison.Ordinal);

    public static bool IsWellFormed(string text)
    {
        if (!IsMeant(text) || text.Length != Personal.Length + Entropy + Check)
            return false;
        var random = text.AsSpan(Personal.Length, Entropy);
        return text.AsSpan(Personal.Length + Entropy).SequenceEqual(Checksum(random));
    }

    /// <summary>What is stored. Tokens are random, so that a fast hash is enough.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>CRC-32 (ISO-HDLC) of ASCII text, in six characters of base 62.</summary>
    public static string Checksum(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
        {
            crc ^= (byte)c;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
        }

        crc = ~crc;
        Span<char> digits = stackalloc char[Check];
        for (var i = Check - 1; i >= 0; i--, crc /= 62)
            digits[i] = Base62.Alphabet[(int)(crc % 62)];
        return new string(digits);
    }
}

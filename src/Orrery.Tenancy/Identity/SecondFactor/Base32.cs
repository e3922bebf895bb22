namespace Orrery.Tenancy;

/// <summary>Base 32 of RFC 4648, without padding: how authenticators take secrets.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var one in bytes)
        {
            buffer = ((buffer & 0x1F) << 8) | one;
            for (bits += 8; bits >= 5;)
                text[at++] = Alphabet[(buffer >> (bits -= 5)) & 0x1F];
        }

        if (bits > 0)
            text[at] = Alphabet[(buffer << (5 - bits)) & 0x1F];
        return new(text);
    }
}

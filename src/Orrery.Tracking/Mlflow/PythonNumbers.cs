namespace Orrery.Tracking;

/// <summary>
/// Python's json module writes NaN, Infinity and -Infinity bare, which is no JSON (RFC 8259, 6). Its clients' requests are
/// read all the same, with these as the texts that the protocol has for them.
/// </summary>
internal static class PythonNumbers
{
    /// <summary>The text with its bare numbers quoted; null when it has none.</summary>
    public static byte[]? Quote(ReadOnlySpan<byte> json)
    {
        var quoted = new MemoryStream(json.Length + 64);
        var found = false;
        var inText = false;
        for (var at = 0; at < json.Length;)
        {
            var token = inText ? default : Bare(json[at..]);
            if (token.Length > 0)
            {
                found = true;
                quoted.WriteByte((byte)'"');
                quoted.Write(token);
                quoted.WriteByte((byte)'"');
                at += token.Length;
                continue;
            }

            if (inText && json[at] == '\\' && at + 1 < json.Length)
                quoted.WriteByte(json[at++]);
            else if (json[at] == '"')
                inText = !inText;
            quoted.WriteByte(json[at++]);
        }

        return found ? quoted.ToArray() : null;
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> json) => json switch
    {
        _ when json.StartsWith("NaN"u8) => "NaN"u8,
        _ when json.StartsWith("Infinity"u8) => "Infinity"u8,
        _ when json.StartsWith("-Infinity"u8) => "-Infinity"u8,
        _ => default,
    };
}

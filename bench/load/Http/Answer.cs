using System.Text;

namespace Orrery.Load;

/// <summary>What the server answered. The body is the connection's buffer: it is gone with the next request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Without chunk headers.</param>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool Succeeded => Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The first text member of this name, anywhere in the JSON; null when there is none. Does not unescape.</summary>
    public string? Find(ReadOnlySpan<byte> quotedName)
    {
        var json = Body.Span;
        var at = json.IndexOf(quotedName);
        if (at < 0)
            return null;
        json = json[(at + quotedName.Length)..];
        if (!json.StartsWith(":\""u8))
            return null;
        json = json[2..];
        return Encoding.UTF8.GetString(json[..json.IndexOf((byte)'"')]);
    }

    /// <summary>As <see cref="Find"/>, for what must be there.</summary>
    public string Get(ReadOnlySpan<byte> quotedName) =>
        Find(quotedName) ?? throw new InvalidOperationException($"No {Encoding.UTF8.GetString(quotedName)} in: {Status} {Text[..Math.Min(Text.Length, 500)]}");
}

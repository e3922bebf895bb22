using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Finds the SHA-256 that a server gives for a file.</summary>
internal static class FileHash
{
    public static string Text(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);

    /// <summary>From <c>X-Orrery-Sha256</c>, else from an <c>ETag</c> that has the looks of one; null when there is neither.</summary>
    public static string? Of(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(OrreryHeaders.Sha256, out var values) && values.FirstOrDefault() is { } given && LooksRight(given))
            return given.ToLowerInvariant();
        var tag = response.Headers.ETag is { IsWeak: false } etag ? etag.Tag.Trim('"') : null;
        return tag is not null && LooksRight(tag) ? tag.ToLowerInvariant() : null;
    }

    /// <summary>True when the server gave a hash and it is the right one.</summary>
    /// <exception cref="OrreryIntegrityException">The server gave another hash.</exception>
    public static bool Verify(string path, string computed, string? given)
    {
        if (given is null)
            return false;
        if (given != computed)
            throw new OrreryIntegrityException(path, $"SHA-256 {given}", computed);
        return true;
    }

    private static bool LooksRight(string text) => text.Length is 64 && text.All(char.IsAsciiHexDigit);
}

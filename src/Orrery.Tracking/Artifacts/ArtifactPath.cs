using System.Text;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>A path in a workspace's artifact store: '/'-separated, relative, without anything that means another path to somebody.</summary>
/// <param name="Folder">Without slashes at its ends; empty at the top.</param>
/// <param name="Name">The last segment.</param>
public readonly record struct ArtifactPath(string Folder, string Name)
{
    private const int MaxBytes = 900;
    private const int MaxSegmentBytes = 240;

    /// <summary>The whole path.</summary>
    public string Full => Folder.Length == 0 ? Name : $"{Folder}/{Name}";

    /// <summary>Reads the path of a file, from the caller.</summary>
    public static Result<ArtifactPath> Parse(string? path)
    {
        if (Clean(path).Failed(out var failure, out var clean))
            return failure;
        if (clean.Length == 0)
            return Invalid();
        var slash = clean.LastIndexOf('/');
        return slash < 0 ? new ArtifactPath("", clean) : new ArtifactPath(clean[..slash], clean[(slash + 1)..]);
    }

    /// <summary>Reads the path of a folder, from the caller; empty is the top.</summary>
    public static Result<string> ParseFolder(string? path) => Clean(path);

    /// <summary>MLflow's refusal.</summary>
    public static Failure Invalid() => Failure.Invalid("tracking.invalid_path", "Invalid path");

    /// <summary>
    /// Drops segments that mean nothing (<c>.</c>). Refuses what could leave the store or hide where it points: absolute
    /// paths, <c>..</c>, backslashes, fragments, control characters, drive letters, and percent-encodings of any of these, however often encoded.
    /// </summary>
    private static Result<string> Clean(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return "";
        // Routing leaves an encoded slash encoded; it means a slash.
        var text = path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase);
        if (text.EndsWith('/'))
            text = text[..^1];
        if (text == "." || text.StartsWith("./", StringComparison.Ordinal) || text.EndsWith("/.", StringComparison.Ordinal) || text.Contains("/./", StringComparison.Ordinal))
            text = string.Join('/', text.Split('/').Where(static segment => segment != "."));
        if (text.Length == 0)
            return "";
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes || !IsSafe(text))
            return Invalid();
        return Travels(ArtifactLocations.Decode(text)) ? Invalid() : text;
    }

    /// <summary>True for what would leave its folder if somebody decoded it once more. A name may well hold a percent sign.</summary>
    private static bool Travels(string decoded)
    {
        if (decoded.AsSpan().ContainsAny('\\', '\0') || decoded[0] == '/')
            return true;
        foreach (var range in decoded.AsSpan().Split('/'))
        {
            if (decoded.AsSpan(range) is "." or "..")
                return true;
        }

        return false;
    }

    private static bool IsSafe(string path)
    {
        if (path.Length == 0 || path[0] == '/' || path.AsSpan().ContainsAny('\\', '#', '\0') || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])))
            return false;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (segment is "" or "." or ".." || Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
                return false;
        }

        foreach (var rune in path.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
                return false;
        }

        return true;
    }
}

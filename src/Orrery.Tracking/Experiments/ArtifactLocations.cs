using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Rules for an experiment's artifact root (the CVE-2023-6909, CVE-2024-1483, CVE-2024-3848 family).</summary>
internal static class ArtifactLocations
{
    /// <summary>Why a location cannot be one; null when it can. Empty means this server's own store.</summary>
    public static Failure? Check(string? location)
    {
        if (string.IsNullOrEmpty(location))
            return null;
        if (location.Length > 4096)
            return Names.TooLong("artifact_location", location, 4096);
        var decoded = Decode(location);
        if (decoded.Contains('#', StringComparison.Ordinal) || decoded.Contains(';', StringComparison.Ordinal))
            return Refuse(location, "it has a fragment (#) or path parameters (;)");
        if (decoded.Contains('\0', StringComparison.Ordinal) || decoded.Any(char.IsControl))
            return Refuse(location, "it has control characters");
        return decoded.Split('/', '\\', '?', '&', '=').Any(static part => part is ".." or ".")
            ? Refuse(location, "it has relative parts (. or ..)")
            : null;
    }

    /// <summary>Percent-decoded until nothing changes, as somebody behind us might.</summary>
    internal static string Decode(string text)
    {
        for (var round = 0; round < 5; round++)
        {
            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text)
                break;
            text = decoded;
        }

        return text;
    }

    private static Failure Refuse(string location, string why) => Failure.Invalid("tracking.invalid_location",
        $"Invalid artifact location '{(location.Length > 200 ? location[..200] + "..." : location)}': {why}. Give an absolute URI such as s3://bucket/path.");
}

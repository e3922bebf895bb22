namespace Orrery.Governance;

/// <summary>Judges names of entries in archives.</summary>
internal static class ArchivePaths
{
    /// <summary>Why a name must not be unpacked; null when it may be.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            return "an entry has no name, or one with a null character";
        if (name[0] is '/' or '\\' || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0])))
            return "an entry has an absolute path";
        return name.Split('/', '\\').Contains("..") ? "an entry's path leads out of its folder" : null;
    }
}

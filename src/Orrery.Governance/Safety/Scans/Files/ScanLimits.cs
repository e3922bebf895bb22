namespace Orrery.Governance;

/// <summary>How far a scan follows a package.</summary>
internal static class ScanLimits
{
    /// <summary>Bytes of a file, and of all that is unpacked from one.</summary>
    public const long Bytes = 8L << 30;

    /// <summary>Archives in archives.</summary>
    public const int Depth = 4;

    /// <summary>Entries of all archives of a package.</summary>
    public const int Entries = 20_000;

    /// <summary>Unpacked bytes for each packed one, beyond <see cref="FreeBytes"/>.</summary>
    public const int Ratio = 150;

    /// <summary>Unpacked bytes that no ratio matters for.</summary>
    public const long FreeBytes = 64L << 20;

    /// <summary>Bytes of a text file that is searched.</summary>
    public const int TextBytes = 8 << 20;
}

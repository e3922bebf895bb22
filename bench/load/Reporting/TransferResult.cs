namespace Orrery.Load;

/// <summary>One large file that went up or down.</summary>
/// <param name="Direction">upload or download.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Elapsed">Until the server had it durably, or the client had it all.</param>
/// <param name="Used">The server's processor time.</param>
/// <param name="PeakBytes">The most memory the server had resident meanwhile.</param>
internal sealed record TransferResult(string Direction, long Size, TimeSpan Elapsed, TimeSpan Used, long PeakBytes)
{
    /// <summary>Millions of bytes.</summary>
    public double MegabytesPerSecond => Size / 1e6 / Elapsed.TotalSeconds;
}

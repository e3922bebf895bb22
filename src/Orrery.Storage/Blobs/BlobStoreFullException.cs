namespace Orrery.Storage;

/// <summary>The blob store has no room left (disk full, quota used up). Nothing of the refused blob remains.</summary>
public sealed class BlobStoreFullException : IOException
{
    private const int Enospc = 28;
    private const int Edquot = 122;
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;

    /// <inheritdoc/>
    public BlobStoreFullException()
    {
    }

    /// <inheritdoc/>
    public BlobStoreFullException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public BlobStoreFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True when the operating system said that there is no room.</summary>
    internal static bool IsCause(IOException exception) => OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult is Enospc or Edquot;
}

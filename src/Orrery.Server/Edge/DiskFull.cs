namespace Orrery.Server;

/// <summary>Recognises that the disk, or the user's share of it, is used up.</summary>
internal static class DiskFull
{
    // errno on Linux and macOS, HRESULTs of Windows.
    private const int NoSpace = 28;
    private const int QuotaUsedUp = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool Caused(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is IOException { HResult: NoSpace or QuotaUsedUp or WindowsDiskFull or WindowsHandleDiskFull })
                return true;
        }

        return false;
    }
}

namespace Orrery.Storage;

/// <summary>Second names for files.</summary>
public static class FileLinks
{
    /// <summary>Gives a file another name on its file system (a hard link); false when that cannot be, as between file systems or where the name is taken.</summary>
    public static bool TryLink(string existing, string added) => Posix.TryLink(existing, added);
}

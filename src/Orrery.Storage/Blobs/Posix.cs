using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Storage;

/// <summary>The file system calls that .NET does not offer: flush a folder, link a file, remove a folder only when empty.</summary>
internal static class Posix
{
    private const int Enoent = 2;
    private const int Einval = 22;
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Makes a folder's entries durable. One that was removed meanwhile has none. Windows journals them itself.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(Native(path), ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            ThrowUnless(Enoent, path);
            return;
        }

        try
        {
            // EINVAL: a file system on which folders cannot be flushed, as some network ones.
            if (fsync(descriptor) < 0)
                ThrowUnless(Einval, path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>False when the two are not on one file system or it knows no links.</summary>
    public static bool TryLink(string existing, string added) =>
        !OperatingSystem.IsWindows() && link(Native(existing), Native(added)) == 0;

    /// <summary>False when the folder is not empty, or not there.</summary>
    public static bool TryRemoveEmptyFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
            return rmdir(Native(path)) == 0;
        try
        {
            Directory.Delete(path, recursive: false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void ThrowUnless(int allowed, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != allowed)
            throw new IOException($"Cannot flush folder '{path}': {new Win32Exception(error).Message}.", error);
    }

    private static byte[] Native(string path) => Encoding.UTF8.GetBytes(path + '\0');

#pragma warning disable SYSLIB1054 // Byte arrays need no marshalling, so source generation would only add unsafe code.
    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int link(byte[] existing, byte[] added);

    [DllImport("libc", SetLastError = true)]
    private static extern int rmdir(byte[] path);
#pragma warning restore SYSLIB1054
}

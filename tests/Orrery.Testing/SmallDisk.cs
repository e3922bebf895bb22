using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Orrery.Testing;

/// <summary>A file system of a few megabytes in memory, to be filled. Needs the right to mount; goes when it is disposed.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Filling => Path.Combine(Folder, "filling");

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    /// <param name="megabytes">Its size.</param>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("orrery-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if (OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", size, "none", folder) == 0)
            return new(folder);
        Directory.Delete(folder);
        Needed.Missing("Mounting a small disk needs root (CAP_SYS_ADMIN) on Linux.");
        throw new UnreachableException();
    }

    /// <summary>Uses up the space that is left, down to <paramref name="keep"/> bytes.</summary>
    public void Fill(long keep = 0)
    {
        using var file = new FileStream(Filling, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        var free = new DriveInfo(Folder).AvailableFreeSpace;
        try
        {
            for (; free > keep; free -= block.Length)
                file.Write(block);
        }
        catch (IOException) when (keep == 0)
        {
            // Full.
        }
    }

    /// <summary>Gives the space back that <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filling);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

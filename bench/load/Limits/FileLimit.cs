using System.Diagnostics;
using System.Globalization;

namespace Orrery.Load;

/// <summary>Files written by hand: created, written, fsynced. One at a time.</summary>
internal static class FileLimit
{
    public const string LargeUpload = "upload";
    public const string LargeDownload = "download";

    public static List<LimitResult> Run(LoadOptions options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.DataFolder, "limit-files"));
        try
        {
            return [Small(options, folder.FullName), .. Large(options, Path.Combine(folder.FullName, "large"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static LimitResult Small(LoadOptions options, string folder)
    {
        var content = new byte[10 * 1024];
        var files = 0;
        var began = Monotonic.Now;
        for (var end = began + Monotonic.Ticks(options.Closed); Monotonic.Now < end; files++)
        {
            using var file = File.OpenHandle(Path.Combine(folder, files.ToString(CultureInfo.InvariantCulture)), FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        return new("upload artifact (10 KiB)", "write and fsync of a file of 10 KiB", files / Stopwatch.GetElapsedTime(began).TotalSeconds, double.NaN);
    }

    private static IEnumerable<LimitResult> Large(LoadOptions options, string path)
    {
        var block = new byte[1 << 20];
        new Random(1).NextBytes(block);
        var began = Monotonic.Now;
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            for (var at = 0L; at < options.Artifact; at += block.Length)
                RandomAccess.Write(file, block, at);
            RandomAccess.FlushToDisk(file);
        }

        yield return new(LargeUpload, "write and fsync of the file", options.Artifact / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds, double.NaN);
        began = Monotonic.Now;
        using (var file = File.OpenHandle(path))
        {
            for (var at = 0L; at < options.Artifact; at += block.Length)
                RandomAccess.Read(file, block, at);
        }

        yield return new(LargeDownload, "read of the file, from the page cache", options.Artifact / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds, double.NaN);
    }
}

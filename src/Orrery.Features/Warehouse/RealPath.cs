namespace Orrery.Features;

/// <summary>Where a path leads when all links in it are followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path without links; null when there is nothing, or links lead in a circle.</summary>
    public static string? Of(string path)
    {
        var rest = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
        var real = "/";
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = Path.Combine(real, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (!info.Exists && info.LinkTarget is null)
                return null;
            if (info.LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                return null;
            foreach (var step in Parts(Path.GetFullPath(target, real)).Reverse())
                rest.Push(step);
            real = "/";
        }

        return real;
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}

namespace Orrery.Native;

/// <summary>Where a native library may lie, the first place first.</summary>
internal static class LibrarySearch
{
    /// <summary>Beside the program, in its <c>runtimes</c>, and in <c>native/node_modules</c> of a folder above, which is how a checkout has it.</summary>
    public static IEnumerable<string> Places(string folder, string file, string package)
    {
        yield return Path.Combine(folder, file);
        yield return Path.Combine(folder, "runtimes", NativePlatform.Rid, "native", file);
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            var packages = Path.Combine(above.FullName, "native", "node_modules");
            if (Directory.Exists(packages))
                yield return Path.Combine(packages, package, file);
        }
    }
}

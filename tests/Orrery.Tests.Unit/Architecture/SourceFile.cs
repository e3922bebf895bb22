using Orrery.Testing;

namespace Orrery.Tests.Unit;

/// <summary>One file of the checkout as written by a person.</summary>
/// <param name="Path">Relative to the root, with slashes: <c>src/Orrery.Tracking/Runs/Run.cs</c>.</param>
/// <param name="Text">Its content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private static readonly string[] Folders = ["src", "tests", "bench", "samples", "eng", "python"];
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "node_modules", "__pycache__", "TestResults"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Everything = new(() => [.. Folders.SelectMany(Under)]);

    /// <summary>The project it belongs to, without <c>Orrery.</c>: <c>Tracking</c>; null outside src.</summary>
    public string? Module => Path.Split('/') is ["src", var project, ..] && project.StartsWith("Orrery.", StringComparison.Ordinal)
        ? project["Orrery.".Length..]
        : null;

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>All files with one of the endings, in order of their paths.</summary>
    public static IEnumerable<SourceFile> All(params string[] endings) =>
        Everything.Value.Where(file => endings.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>The C# of the product itself.</summary>
    public static IEnumerable<SourceFile> Product() => All(".cs").Where(file => file.Module is not null);

    private static IEnumerable<SourceFile> Under(string folder)
    {
        string[] endings = [".cs", ".razor", ".sql", ".py", ".sh", ".js", ".csproj", ".md"];
        return Directory.Exists(Repository.PathOf(folder))
            ? Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories)
                .Where(file => endings.Contains(System.IO.Path.GetExtension(file)))
                .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(Generated.Contains) && !path.Contains("/wwwroot/lib/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(path, File.ReadAllText(Repository.PathOf(path))))
            : [];
    }
}

namespace Orrery.Features;

/// <summary>Where a source's rows come from, apart from what definitions call it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Scope">Of tables and queries the warehouse, of pushed rows the project; empty for files.</param>
/// <param name="Name">Path, table or source.</param>
internal sealed record SourcePlace(SourceKind Kind, string Scope, string Name)
{
    private const string FileScheme = "file://";

    /// <summary>The places of a source, those of its history among them; a query of the embedded engine has those of the files that it could read.</summary>
    public static IReadOnlyList<SourcePlace> Of(FeatureProject project, FeatureSource source) => source.Kind switch
    {
        SourceKind.File => [File(source)],
        SourceKind.Table => [new(SourceKind.Table, source.Document.Warehouse ?? "", source.Document.Table ?? "")],
        SourceKind.Query when source.Document.Warehouse is { } warehouse => [new(SourceKind.Query, warehouse, "")],
        SourceKind.Query => [.. Named(project, source.Document.Query ?? "").Select(File)],
        _ => [new(SourceKind.Push, project.Name, source.Name), .. source.Batch is { } batch ? Of(project, batch) : []],
    };

    /// <summary>Whether some row may come from both.</summary>
    public bool Overlaps(SourcePlace other)
    {
        if (Kind is SourceKind.File || other.Kind is SourceKind.File)
            return Kind == other.Kind && GlobOverlap.Of(Name, other.Name);
        if (Kind is SourceKind.Push || other.Kind is SourceKind.Push)
            return this == other;
        return Scope == other.Scope && (Kind is SourceKind.Query || other.Kind is SourceKind.Query || SameTable(Name, other.Name));
    }

    // A query can put names together that do not stand in it ("query_table").
    private static IEnumerable<FeatureSource> Named(FeatureProject project, string query) => project.Sources.Values.Where(source => source.Kind is SourceKind.File
        && (query.Contains(source.Name, StringComparison.OrdinalIgnoreCase) || query.Contains("query", StringComparison.OrdinalIgnoreCase)));

    private static SourcePlace File(FeatureSource source)
    {
        var path = source.Document.Path ?? "";
        return new(SourceKind.File, "", path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? FileScheme + Uri.UnescapeDataString(path[FileScheme.Length..]) : path);
    }

    // Which schema a table without one is in, the warehouse decides.
    private static bool SameTable(string one, string other)
    {
        var (a, b) = (one.Split('.'), other.Split('.'));
        return string.Equals(a[^1], b[^1], StringComparison.OrdinalIgnoreCase) && (a.Length != b.Length || string.Equals(one, other, StringComparison.OrdinalIgnoreCase));
    }
}

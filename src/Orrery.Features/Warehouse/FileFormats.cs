namespace Orrery.Features;

/// <summary>Parquet or CSV.</summary>
internal static class FileFormats
{
    /// <summary>As the source says, else by the path's ending; Parquet when neither tells.</summary>
    public static bool IsCsv(FeatureSource source) => source.Document.Format is { } format
        ? format.Equals("csv", StringComparison.OrdinalIgnoreCase)
        : IsCsv(source.Document.Path ?? "");

    /// <summary>Whether tabs are between the fields of its CSV, by the path's ending.</summary>
    public static bool IsTabbed(FeatureSource source) =>
        source.Document.Path is { } path && (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tsv.gz", StringComparison.OrdinalIgnoreCase));

    /// <summary>By a path's ending.</summary>
    public static bool IsCsv(string path) =>
        path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);
}

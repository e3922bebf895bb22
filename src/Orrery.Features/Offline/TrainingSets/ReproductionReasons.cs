using System.Globalization;

namespace Orrery.Features;

/// <summary>Why a training set comes out otherwise, as far as its manifest tells.</summary>
internal static class ReproductionReasons
{
    /// <summary>Said when nothing that is written down differs.</summary>
    public const string Unknown = "Nothing that the manifest tells is different: it was made by a version of the server or its engine that computes otherwise, or the file of the manifest was changed.";

    /// <summary>Definitions that are gone or others.</summary>
    public static IEnumerable<string> Definitions(IReadOnlyList<ManifestDefinition> before, IReadOnlyList<ManifestDefinition> now)
    {
        var hashes = now.ToDictionary(static one => (one.Kind, one.Name, one.Version), static one => one.Hash);
        foreach (var one in before.Where(static one => one.Kind != "service"))
        {
            if (!hashes.TryGetValue((one.Kind, one.Name, one.Version), out var hash))
                yield return $"The {one.Kind} {one.Name} is gone.";
            else if (hash != one.Hash)
                yield return $"The {one.Kind} {one.Name} is defined otherwise.";
        }
    }

    /// <summary>Tables that have changed, and pushed rows that are gone.</summary>
    public static IEnumerable<string> Sources(IReadOnlyList<ManifestSource> then, SourceSnapshot snapshot)
    {
        foreach (var source in then)
        {
            if (snapshot.Sources.FirstOrDefault(state => state.Name == source.Name) is not { } now)
                continue;
            if (now.Kind != source.Kind)
                yield return $"Source {source.Name} is of kind {now.Kind}, and was of kind {source.Kind}.";
            else if (source.Kind is "table" && (now.Rows != source.Rows || now.Hash != source.Hash))
                yield return $"Source {source.Name}: the table has changed: {source.Rows} rows then, {now.Rows} now.";
            else if (source.Sequence is { } sequence && now.Sequence is { } last && last < sequence)
                yield return string.Create(CultureInfo.InvariantCulture, $"Source {source.Name}: of the pushed rows up to sequence {sequence} those after {last} are not here; they were erased, or pushed to another server.");
        }
    }

    /// <summary>Subjects who have opted out since, or have come back.</summary>
    public static IEnumerable<string> Subjects(Manifest manifest, JoinedRows rows)
    {
        if (rows.Excluded != (manifest.OptedOutRows ?? 0))
            yield return string.Create(CultureInfo.InvariantCulture, $"{rows.Excluded} entity rows are left out, whose subjects have opted out of training; {manifest.OptedOutRows ?? 0} were then.");
    }

    /// <summary>Rows and columns that are not as they were.</summary>
    public static IEnumerable<string> Rows(Manifest manifest, JoinedRows rows)
    {
        if (rows.Count != manifest.RowCount)
            yield return $"There are {rows.Count} rows instead of {manifest.RowCount}.";
        var now = rows.Columns.Select(static column => new ManifestColumn(column.Name, column.Feature?.ToString())).ToList();
        foreach (var column in manifest.Columns.Except(now))
            yield return $"There is no column {column.Name}{(column.Type is null ? "" : $" of type {column.Type}")} any more.";
        foreach (var column in now.Except(manifest.Columns))
            yield return $"The column {column.Name}{(column.Type is null ? "" : $" of type {column.Type}")} is new.";
    }

    /// <summary>Queries that need not give the same twice.</summary>
    public static IEnumerable<string> Queries(FeatureProject project, IReadOnlyList<ManifestSource> sources)
    {
        foreach (var name in sources.Select(static source => source.Name))
        {
            if (!project.Sources.TryGetValue(name, out var source) || source.Kind is not SourceKind.Query)
                continue;
            var words = VolatileWords.In(source.Document.Query ?? "");
            if (words.Count > 0)
                yield return $"Source {name}: its query uses {string.Join(", ", words)}, which need not give the same twice.";
        }
    }
}

using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Whether a manifest that a caller sent can be one that a server made. Lists and texts of JSON are null where the caller says so.</summary>
internal static class ManifestCheck
{
    private const int Most = 10_000;
    private const int LongestText = 4096;

    /// <summary>Null when it can be; else <c>features.manifest_invalid</c>.</summary>
    public static Failure? Of(Manifest manifest) => Wrong(manifest) is { } wrong ? Failure.Invalid("features.manifest_invalid", $"The manifest {wrong}.") : null;

    private static string? Wrong(Manifest manifest)
    {
        if (manifest.Format != 1)
            return "is of another format than 1";
        if (!Texts(manifest.Id, manifest.Name, manifest.Project, manifest.TimestampColumn))
            return "lacks its id, name, project or timestamp_column";
        if (!IsHash(manifest.ContentHash))
            return "has a content_hash that is no SHA-256 in hexadecimal digits";
        if (manifest.RowCount < 0)
            return "has a negative row_count";
        if (manifest.Range is { } range && range.Mode is not ("snapshot" or "range"))
            return "has a range whose mode is neither snapshot nor range";
        if (manifest.Entities is { } entities && (!IsKey(entities.BlobKey) || !IsHash(entities.Sha256) || entities.Format is not ("json" or "csv" or "parquet")))
            return "has entities without a blob_key, a sha256 or a known format";
        if (manifest.Entities is null && manifest.Range is null)
            return "has neither entities nor a range";
        if (!All(manifest.Projections, IsProjection) || manifest.Projections.Count == 0)
            return "has no projections, or some without view, alias, features or join_keys";
        if (!All(manifest.Definitions, static one => Texts(one.Kind, one.Name) && IsHash(one.Hash)))
            return "has definitions without kind, name or hash";
        if (!All(manifest.Sources, IsSource))
            return "has sources without name, kind or the SHA-256 of their files";
        if (manifest.Rules is { } rules && (!All(rules, static one => Texts(one.View) && one.Rule is not null) || ManifestRules.Of(manifest) is null))
            return "has rules that are none";
        return All(manifest.Columns, static one => Texts(one.Name)) ? null : "has columns without names";
    }

    private static bool IsProjection(ManifestProjection one) =>
        Texts(one.View, one.Alias) && All(one.Features, static feature => Texts(feature)) && one.Features.Count > 0
        && one.JoinKeys is { } keys && keys.Count <= Most && keys.All(static key => Texts(key.Key, key.Value));

    private static bool IsSource(ManifestSource one) => Texts(one.Name, one.Kind) && All(one.Files, static file => Texts(file.Path) && IsHash(file.Sha256));

    private static bool All<T>(IReadOnlyList<T>? list, Func<T, bool> rule)
        where T : class => list is { Count: <= Most } && list.All(one => one is not null && rule(one));

    private static bool Texts(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is not { Length: > 0 and <= LongestText } || text.Contains('\0', StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static bool IsKey(string? key) => Texts(key) && !key!.Split('/', '\\').Any(static part => part is "" or "." or "..");

    private static bool IsHash(string? hash) => hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower);
}

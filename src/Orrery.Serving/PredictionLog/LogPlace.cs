using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>A file of a prediction log in the blob store: <c>{workspace}/predictions/{environment}/{deployment}/date=.../{from}-{to}-{id}.parquet</c>.</summary>
/// <param name="Key">Of the blob.</param>
/// <param name="From">Of its first row, Unix milliseconds.</param>
/// <param name="To">Of its last row.</param>
internal sealed record LogPlace(string Key, long From, long To)
{
    private const string DatePrefix = "date=";

    /// <summary>Folder of all logs of a workspace.</summary>
    public static string Of(WorkspaceId workspace) => $"{workspace}/predictions/";

    /// <summary>Folder of a deployment's log.</summary>
    public static string Of(DeploymentKey key) => $"{Of(key.Workspace)}{key.Environment}/{key.Name}/";

    /// <summary>Folder of a day, as the part of a partitioned data set that it is.</summary>
    public static string Of(string deployment, DateOnly day) => $"{deployment}{DatePrefix}{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/";

    /// <summary>Place of a new file.</summary>
    public static LogPlace New(DeploymentKey key, DateOnly day, long from, long to) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Of(Of(key), day)}{from:D13}-{to:D13}-{Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(to)):N}.parquet"), from, to);

    /// <summary>The day of a folder; null when it is none of ours.</summary>
    public static DateOnly? Day(string folder)
    {
        var name = folder[(folder.LastIndexOf('/') + 1)..];
        return name.StartsWith(DatePrefix, StringComparison.Ordinal)
            && DateOnly.TryParseExact(name[DatePrefix.Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    /// <summary>The file of a key; null when it is none of ours.</summary>
    public static LogPlace? Parse(string key)
    {
        var parts = key[(key.LastIndexOf('/') + 1)..].Split('-');
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) ? new(key, from, to) : null;
    }
}

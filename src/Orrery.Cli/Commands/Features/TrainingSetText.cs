using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A training set for people: what it is, what it was made of, and its columns' statistics.</summary>
internal static class TrainingSetText
{
    /// <summary>Shows all that the server told.</summary>
    public static void Print(Session session, string json)
    {
        var all = JsonElement.Parse(json);
        var manifest = all.TryGetProperty("manifest", out var made) ? made : default;
        Print(session, all.Deserialize(OrreryJson.TypeOf<TrainingSetInfo>())!, manifest);
        if (all.TryGetProperty("statistics", out var statistics) && !session.Output.IsQuiet)
            Columns(session, [.. statistics.EnumerateArray()]);
    }

    public static void Print(Session session, TrainingSetInfo set, JsonElement manifest = default) => session.Output.Details(
        set,
        ("Id", set.TrainingSetId),
        ("Name", set.Name),
        ("State", set.State),
        ("Created", $"{FeaturesRevisions.Time(set.CreatedAt)}, {set.CreatedBy}"),
        ("Rows", set.RowCount?.ToString("N0", CultureInfo.InvariantCulture)),
        ("Size", set.Size is { } size ? Printable.Bytes(size) : null),
        ("Content hash", set.ContentHash),
        ("Service", Text(manifest, "feature_service")),
        ("Features of", Views(manifest)),
        ("Known at", Text(manifest, "known_at") is { } known ? (known is "True" ? "yes" : "no") : null),
        ("Revision", Text(manifest, "revision")),
        ("Job", set.JobId),
        ("Problem", set.Problem));

    private static void Columns(Session session, List<JsonElement> columns) => session.Output.List(
        columns, columns, null,
        ("FEATURE", static column => Text(column, "name")),
        ("TYPE", static column => Text(column, "type")),
        ("ROWS", static column => Text(column, "count")),
        ("NULLS", static column => Text(column, "nulls")),
        ("DISTINCT ~", static column => Text(column, "distinct_approx")),
        ("MEAN", static column => Number(column, "mean")),
        ("SD", static column => Number(column, "sd")),
        ("MIN", static column => Number(column, "min")),
        ("MAX", static column => Number(column, "max")));

    private static string? Views(JsonElement manifest) => manifest.ValueKind is JsonValueKind.Object && manifest.TryGetProperty("projections", out var projections)
        ? Printable.Lines(projections.EnumerateArray().Select(static one => $"{Text(one, "view")} v{Text(one, "version")}"))
        : null;

    private static string? Text(JsonElement from, string member) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;

    private static string? Number(JsonElement from, string member) =>
        from.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Number ? Printable.Number(value.GetDouble()) : Text(from, member);
}

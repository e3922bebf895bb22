using System.Text.Json;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What becomes of the feature store's tables when a workspace moves.</summary>
internal static class FeatureTables
{
    private const string Name = "text(63)";
    private const string Number = "whole(0..9007199254740992)";
    private const string Time = "whole(-62135596800000..253402300799999)";

    private static readonly PortableReference[] OfProject = [new(["project"], "fts_project", ["name"])];

    private static readonly Dictionary<string, Func<string, bool>> Names = new()
    {
        ["name"] = static name => DefinitionNames.Problem(name) is null,
        ["project"] = static name => DefinitionNames.Problem(name) is null,
    };

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "fts_project", ["name"], [$"name {Name}", "description text?", $"revision {Number}", $"created_at {Time}", $"updated_at {Time}"], allows: Names),
        PortableTable.Travels(
            "fts_definition",
            ["project", "kind", "name", "version"],
            [
                $"project {Name}", "kind text(entity|source|view|on_demand|service)", $"name {Name}", "version whole(1..2147483647)", "object_id text(36)",
                "storage_version whole(1..2147483647)", $"revision {Number}", "is_removed flag", "document json", "pins json?", "created_by text(8192)", $"created_at {Time}",
            ],
            allows: Names,
            check: DefinitionProblem,
            references: OfProject),
        PortableTable.Travels(
            "fts_apply",
            ["project", "revision"],
            [$"project {Name}", $"revision {Number}", "description text?", "note text?", "changes json", "created_by text(8192)", $"created_at {Time}"],
            check: ApplyProblem,
            references: OfProject),
        PortableTable.Travels(
            "fts_usage",
            ["day", "project", "kind", "name"],
            [$"day {Number}", $"project {Name}", "kind text(feature|service)", "name text(200)", $"reads {Number}"]),
        PortableTable.Travels("fts_push_source", ["project", "source"], [$"project {Name}", $"source {Name}", $"last_sequence {Number}"], allows: Names),
        PortableTable.Travels(
            "fts_pushed",
            ["project", "source", "sequence"],
            [$"project {Name}", $"source {Name}", $"sequence {Number}", "event_time whole", "created_time whole?", "columns json"],
            allows: Names,
            references: [new("fts_push_source", "project", "source")]),
        PortableTable.Remains("fts_push_key", "Keys of pushes are honoured by the server that took them, for a short time."),
    ];

    // What arrives is read by the compiler each time that its project is loaded: it must be what it says.
    private static string? DefinitionProblem(object?[] row)
    {
        try
        {
            if (row[9] is string pins && JsonSerializer.Deserialize(pins, DefinitionJson.Pins) is null)
                return "has null for pins";
            if (row[7] is 1L)
                return null;
            var (kind, text) = (DefinitionKinds.Parse((string)row[1]!), (string)row[8]!);
            using var json = JsonDocument.Parse(text);
            var faults = DefinitionBody.Faults(json.RootElement, DefinitionJson.TypeOf(kind));
            if (faults.Count > 0)
                return $"is no definition: {faults[0].Field} {faults[0].Message}";
            return DefinitionJson.NameOf(DefinitionJson.Read(kind, text)) == (string)row[2]! ? null : "defines something of another name";
        }
        catch (JsonException e)
        {
            return $"is no definition: {e.Message}";
        }
    }

    private static string? ApplyProblem(object?[] row)
    {
        try
        {
            return JsonSerializer.Deserialize((string)row[4]!, DefinitionJson.Changes)?.Contains(null!) is false ? null : "tells no changes";
        }
        catch (JsonException e)
        {
            return $"tells no changes: {e.Message}";
        }
    }
}

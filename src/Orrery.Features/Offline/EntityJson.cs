using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Entity rows given as JSON: each column gets the one type that all of its values have, else text.</summary>
internal static class EntityJson
{
    private const string Table = "orrery_raw";

    public static Result<EntityRelation> Fill(DuckLease lease, EntityColumns input, CancellationToken cancel)
    {
        var rows = input.Columns.Count > 0 ? input.Columns[0].Count : 0;
        for (var i = 0; i < input.Columns.Count; i++)
        {
            if (input.Columns[i].Count != rows)
            {
                return Failure.Invalid(
                    "features.entity_ragged",
                    $"The columns of the entity rows differ in length: {input.Names[0]} has {rows} values and {input.Names[i]} has {input.Columns[i].Count}.");
            }
        }

        var types = input.Columns.Select(TypeOf).ToList();
        var definition = string.Concat(types.Select(static (type, i) => $", c{i} {Name(type)}"));
        lease.Connection.Execute($"create temp table {Table} (id bigint{definition})", cancel);
        using (var appender = lease.Connection.Appender(Table))
        {
            for (var row = 0; row < rows; row++)
            {
                appender.Append((long)row);
                for (var column = 0; column < types.Count; column++)
                    Append(appender, types[column], input.Columns[column][row]);
                appender.EndRow();
            }

            appender.Close(cancel);
        }

        return new EntityRelation(Table, "id", [.. input.Names.Select((name, i) => new SourceColumn(name, $"c{i}", types[i], Name(types[i])))]);
    }

    private static void Append(Native.DuckAppender appender, SourceType type, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            appender.AppendNull();
        else if (type is SourceType.Bool)
            appender.Append(value.GetBoolean());
        else if (type is SourceType.Whole)
            appender.Append(value.GetInt64());
        else if (type is SourceType.Number)
            appender.Append(value.GetDouble());
        else
            appender.Append(value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText());
    }

    private static SourceType TypeOf(IReadOnlyList<JsonElement> values)
    {
        SourceType? type = null;
        foreach (var value in values)
        {
            if (value.ValueKind is JsonValueKind.Null)
                continue;
            var one = value.ValueKind switch
            {
                JsonValueKind.True or JsonValueKind.False => SourceType.Bool,
                JsonValueKind.Number => value.TryGetInt64(out _) ? SourceType.Whole : SourceType.Number,
                JsonValueKind.Array or JsonValueKind.Object => SourceType.Json,
                _ => SourceType.Text,
            };
            type = type is null || type == one ? one
                : type is SourceType.Whole or SourceType.Number && one is SourceType.Whole or SourceType.Number ? SourceType.Number
                : SourceType.Text;
            if (type is SourceType.Text)
                break;
        }

        return type ?? SourceType.Text;
    }

    private static string Name(SourceType type) => type switch
    {
        SourceType.Bool => "BOOLEAN",
        SourceType.Whole => "BIGINT",
        SourceType.Number => "DOUBLE",
        SourceType.Json => "JSON",
        _ => "VARCHAR",
    };
}

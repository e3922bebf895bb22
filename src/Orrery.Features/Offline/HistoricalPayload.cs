using System.Text.Json;

namespace Orrery.Features;

/// <summary>What a job joins.</summary>
/// <param name="Project">Name.</param>
/// <param name="Request">What is asked for.</param>
/// <param name="Entities">Blob with the entity rows; null when the sources give them.</param>
internal sealed record HistoricalWork(string Project, HistoricalRequest Request, string? Entities)
{
    /// <summary>The training set that it makes; null for none.</summary>
    public string? TrainingSet { get; init; }

    /// <summary>Whether restricted columns are in it; null in payloads of servers that did not write that down.</summary>
    public bool? Restricted { get; init; }
}

/// <summary>Jobs' payloads and stored entity rows as JSON.</summary>
internal static class HistoricalPayload
{
    public static string Write(HistoricalWork work)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("project"u8, work.Project);
            json.WriteString("entities"u8, work.Entities);
            json.WriteString("training_set"u8, work.TrainingSet);
            if (work.Restricted is { } restricted)
                json.WriteBoolean("restricted"u8, restricted);
            json.WritePropertyName("request"u8);
            HistoricalJson.Write(json, work.Request);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    public static HistoricalWork Read(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        return new(root.GetProperty("project").GetString()!, HistoricalJson.ReadRequest(root.GetProperty("request")), root.GetProperty("entities").GetString())
        {
            TrainingSet = root.GetProperty("training_set").GetString(),
            Restricted = root.TryGetProperty("restricted", out var restricted) ? restricted.GetBoolean() : null,
        };
    }

    /// <summary>Columns as they are stored: names, then each column's values.</summary>
    public static byte[] Columns(EntityColumns columns)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (var i = 0; i < columns.Names.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, columns.Names[i]);
                json.WriteStartArray("values"u8);
                foreach (var value in columns.Columns[i])
                    value.WriteTo(json);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    public static EntityColumns Columns(JsonElement stored)
    {
        var columns = stored.EnumerateArray().ToList();
        return new(
            [.. columns.Select(static c => c.GetProperty("name").GetString()!)],
            [.. columns.Select(static c => (IReadOnlyList<JsonElement>)[.. c.GetProperty("values").EnumerateArray().Select(static value => value.Clone())])]);
    }
}

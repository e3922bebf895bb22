using System.Text;
using System.Text.Json;

namespace Orrery.Tenancy;

/// <summary>Details of audit entries on moves: small JSON objects.</summary>
internal static class MoveDetails
{
    /// <summary>An object of what is written into it.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

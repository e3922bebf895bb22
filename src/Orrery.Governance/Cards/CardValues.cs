using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Governance;

/// <summary>Values of cards. Members that are null are left out, so that a card has one form.</summary>
internal static class CardValues
{
    public static JsonElement? Of(string? text) => Of(text is null ? null : JsonValue.Create(text));

    public static JsonElement? Of(long number) => Of(JsonValue.Create(number));

    public static JsonElement? Of(double number) => double.IsFinite(number) ? Of(JsonValue.Create(number)) : null;

    public static JsonElement? Of(IEnumerable<string> texts) => Of(new JsonArray([.. texts.Select(static text => (JsonNode)JsonValue.Create(text))]));

    /// <summary>Unix milliseconds as ISO 8601 in UTC.</summary>
    public static JsonElement? Time(long at) => Of(DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    /// <summary>Pairs as an object; of pairs with the same key the last.</summary>
    public static JsonElement? Pairs(IEnumerable<(string Key, string Value)> pairs)
    {
        var members = new JsonObject();
        foreach (var (key, value) in pairs)
            members[key] = value;
        return Of(members);
    }

    public static JsonElement? Of(JsonNode? node)
    {
        if (node is null)
            return null;
        Trim(node);
        return JsonElement.Parse(node.ToJsonString());
    }

    private static void Trim(JsonNode node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>())
                Trim(item);
        }

        if (node is not JsonObject members)
            return;
        foreach (var name in members.Where(static member => member.Value is null).Select(static member => member.Key).ToList())
            members.Remove(name);
        foreach (var (_, value) in members)
            Trim(value!);
    }
}

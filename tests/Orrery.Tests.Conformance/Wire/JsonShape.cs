using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Tests.Conformance;

/// <summary>
/// Compares JSON exactly: members omitted or added are differences, and so is 5 against "5". In the expectation,
/// <c>"&lt;number&gt;"</c> stands for any number, <c>"&lt;text&gt;"</c> for any text, <c>"&lt;any&gt;"</c> for anything, a member
/// <c>"&lt;more&gt;"</c> (or such an item at the end of a list) for whatever else is there. Lists of objects with distinct
/// <c>key</c>s are sets.
/// </summary>
internal static class JsonShape
{
    private const string More = "<more>";

    /// <summary>Where they differ first; null when they do not.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, string at = "$") => (expected, actual) switch
    {
        (JsonValue value, _) when value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() is ['<', .., '>'] kind => OfKind(kind, actual, at),
        (null, null) => null,
        (null, _) or (_, null) => Differs(expected, actual, at),
        (JsonObject want, JsonObject have) => OfMembers(want, have, at),
        (JsonArray want, JsonArray have) => OfItems(want, have, at),
        (JsonValue want, JsonValue have) => SameValue(want, have) ? null : Differs(expected, actual, at),
        _ => Differs(expected, actual, at),
    };

    private static string? OfKind(string kind, JsonNode? actual, string at) => (kind, actual?.GetValueKind()) switch
    {
        ("<any>", not null) => null,
        ("<number>", JsonValueKind.Number) => null,
        ("<text>", JsonValueKind.String) => null,
        _ => $"{at}: expected {kind}, got {Shown(actual)}",
    };

    private static string? OfMembers(JsonObject expected, JsonObject actual, string at)
    {
        foreach (var (name, value) in expected)
        {
            if (name == More)
                continue;
            if (!actual.TryGetPropertyValue(name, out var have))
                return $"{at}.{name}: missing, expected {Shown(value)}";
            if (Difference(value, have, $"{at}.{name}") is { } difference)
                return difference;
        }

        return expected.ContainsKey(More) || actual.FirstOrDefault(member => !expected.ContainsKey(member.Key)).Key is not { } extra
            ? null
            : $"{at}.{extra}: should be omitted, got {Shown(actual[extra])}";
    }

    private static string? OfItems(JsonArray expected, JsonArray actual, string at)
    {
        var open = expected.Count > 0 && expected[^1] is JsonValue last && last.ToString() == More;
        var count = open ? expected.Count - 1 : expected.Count;
        if (open ? actual.Count < count : actual.Count != count)
            return $"{at}: expected {(open ? "at least " : "")}{count} items, got {actual.Count}: {Shown(actual)}";
        var (want, have) = (expected.Take(count).ToList(), actual.ToList());
        if (AreKeyed(want) && AreKeyed(have))
            return OfKeyed(want, have, at);
        return want.Select((item, i) => Difference(item, have[i], string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]"))).FirstOrDefault(found => found is not null);
    }

    private static string? OfKeyed(List<JsonNode?> expected, List<JsonNode?> actual, string at)
    {
        var byKey = actual.ToDictionary(KeyOf);
        foreach (var item in expected)
        {
            var key = KeyOf(item);
            if (!byKey.TryGetValue(key, out var have))
                return $"{at}[{key}]: missing";
            if (Difference(item, have, $"{at}[{key}]") is { } difference)
                return difference;
        }

        return null;
    }

    private static bool AreKeyed(List<JsonNode?> items) =>
        items.All(item => item is JsonObject members && members["key"] is JsonValue) && items.DistinctBy(KeyOf).Count() == items.Count;

    private static string KeyOf(JsonNode? item) => item!["key"]!.ToString();

    private static bool SameValue(JsonValue expected, JsonValue actual)
    {
        if (expected.GetValueKind() != actual.GetValueKind())
            return false;
        return expected.GetValueKind() is JsonValueKind.Number
            ? expected.GetValue<double>().Equals(actual.GetValue<double>())
            : expected.ToString() == actual.ToString();
    }

    private static string Differs(JsonNode? expected, JsonNode? actual, string at) => $"{at}: expected {Shown(expected)}, got {Shown(actual)}";

    private static string Shown(JsonNode? node) => node?.ToJsonString() ?? "null";
}

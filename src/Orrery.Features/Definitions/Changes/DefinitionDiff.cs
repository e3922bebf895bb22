using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Tells field by field how two definitions differ. Items of a list that have names are matched by them.</summary>
internal static class DefinitionDiff
{
    /// <summary>The differences; none for definitions that say the same.</summary>
    public static List<FeatureFieldChange> Of(object? before, object? after)
    {
        var changes = new List<FeatureFieldChange>();
        Compare("", JsonNode.Parse(DefinitionJson.Write(before)), JsonNode.Parse(DefinitionJson.Write(after)), changes);
        return changes;
    }

    /// <summary>Whether two definitions say the same.</summary>
    public static bool AreSame(object before, object after) => DefinitionJson.Write(before) == DefinitionJson.Write(after) || Of(before, after).Count == 0;

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<FeatureFieldChange> changes)
    {
        switch (before, after)
        {
            case (JsonObject one, JsonObject other):
                foreach (var name in one.Select(static p => p.Key).Union(other.Select(static p => p.Key)))
                    Compare(path.Length == 0 ? name : $"{path}.{name}", one[name], other[name], changes);
                break;
            case (JsonArray one, JsonArray other) when Named(one) is { } olds && Named(other) is { } news:
                CompareItems(path, olds, news, changes);
                break;
            default:
                if (!JsonNode.DeepEquals(before, after))
                    changes.Add(new() { Path = path, Before = Element(before), After = Element(after) });
                break;
        }
    }

    private static void CompareItems(string path, List<(string Name, JsonNode Item)> before, List<(string Name, JsonNode Item)> after, List<FeatureFieldChange> changes)
    {
        var (olds, news) = (before.ToDictionary(static i => i.Name, static i => i.Item), after.ToDictionary(static i => i.Name, static i => i.Item));
        foreach (var (name, item) in before)
        {
            if (news.TryGetValue(name, out var other))
                Compare($"{path}.{name}", item, other, changes);
            else
                changes.Add(new() { Path = $"{path}.{name}", Before = Element(item) });
        }

        foreach (var (name, item) in after.Where(item => !olds.ContainsKey(item.Name)))
            changes.Add(new() { Path = $"{path}.{name}", After = Element(item) });
        var kept = before.Select(static i => i.Name).Where(news.ContainsKey).ToList();
        var moved = after.Select(static i => i.Name).Where(olds.ContainsKey).ToList();
        if (!kept.SequenceEqual(moved))
            changes.Add(new() { Path = path + " (order)", Before = Names(kept), After = Names(moved) });
    }

    /// <summary>The items by name; null when they are no objects, or two are called the same.</summary>
    private static List<(string Name, JsonNode Item)>? Named(JsonArray array)
    {
        var items = new List<(string, JsonNode)>(array.Count);
        var names = new HashSet<string>();
        foreach (var item in array)
        {
            if (item is not JsonObject fields || NameOf(fields) is not { } name || !names.Add(name))
                return null;
            items.Add((name, item));
        }

        return items;
    }

    // Projections of services have a view for a name.
    private static string? NameOf(JsonObject fields) => (string?)(fields["name"] ?? fields["as"] ?? fields["view"]);

    private static JsonElement? Element(JsonNode? node) => node is null ? null : JsonElement.Parse(node.ToJsonString());

    private static JsonElement Names(List<string> names) => JsonElement.Parse(new JsonArray([.. names.Select(static n => (JsonNode)n)]).ToJsonString());
}

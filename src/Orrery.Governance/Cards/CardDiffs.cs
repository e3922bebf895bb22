using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Compares cards field by field.</summary>
internal static class CardDiffs
{
    public static CardDiff Between(ModelCard before, ModelCard after)
    {
        var first = Values(before);
        var second = Values(after);
        var changes = new List<CardChange>();
        foreach (var path in first.Keys.Concat(second.Keys.Where(path => !first.ContainsKey(path))))
        {
            var (old, now) = (first.GetValueOrDefault(path), second.GetValueOrDefault(path));
            if (Text(old) == Text(now))
                continue;
            changes.Add(new() { Path = path, Kind = old is null ? "added" : now is null ? "removed" : "changed", Before = old, After = now });
        }

        return new() { From = $"{before.Model}/{before.Version}", To = $"{after.Model}/{after.Version}", Changes = changes };
    }

    private static Dictionary<string, JsonElement?> Values(ModelCard card) =>
        card.Sections.SelectMany(static section => section.Fields).ToDictionary(static field => field.Path, static field => field.Value, StringComparer.Ordinal);

    private static string? Text(JsonElement? value)
    {
        if (value is not { } there)
            return null;
        var text = new StringBuilder();
        CanonicalJson.Append(text, there);
        return text.ToString();
    }
}

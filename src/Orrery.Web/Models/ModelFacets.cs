using System.Text.RegularExpressions;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>What narrows the catalogue of models: tags, and where they are deployed.</summary>
internal static partial class ModelFacets
{
    private const int MostKeys = 8;
    private const int MostValues = 12;

    // Tags that people narrow by come first.
    private static readonly string[] First = ["owner", "team", "risk_tier", "domain", "use_case"];

    /// <summary>Filter of a search: part of the name, and tags as <c>key=value</c>.</summary>
    public static string? Filter(string? text, IReadOnlyList<string> tags)
    {
        var parts = tags.Select(static tag => tag.Split('=', 2)).Where(static pair => pair is [{ Length: > 0 }, _] && !pair[0].Contains('`')).Select(static pair => $"tags.{Key(pair[0])} = {SearchText.Quote(pair[1])}");
        return string.Join(" and ", (text is null ? parts : parts.Prepend($"name ILIKE {SearchText.Quote($"%{text}%")}")).Take(10)) is { Length: > 0 } filter ? filter : null;
    }

    /// <summary>Tags of models with their values, to narrow by; those that single models have are left out, as texts of sentences.</summary>
    public static IReadOnlyList<(string Key, IReadOnlyList<string> Values)> Of(IReadOnlyList<RegisteredModel> models) =>
    [
        .. models.SelectMany(static one => one.Tags).Where(static tag => tag.Value is { Length: > 0 and <= 40 } && !tag.Key.StartsWith("mlflow.", StringComparison.Ordinal)).GroupBy(static tag => tag.Key)
            .OrderBy(static group => Array.IndexOf(First, group.Key) is var at and >= 0 ? at : First.Length).ThenByDescending(static group => group.Count()).Take(MostKeys)
            .Select(static group => (group.Key, (IReadOnlyList<string>)[.. group.GroupBy(static tag => tag.Value).OrderByDescending(static value => value.Count()).Take(MostValues).Select(static value => value.Key)])),
    ];

    private static string Key(string key) => Plain().IsMatch(key) ? key : $"`{key}`";

    [GeneratedRegex(@"^\w+$")]
    private static partial Regex Plain();
}

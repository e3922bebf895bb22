using Microsoft.AspNetCore.WebUtilities;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>A filter, order and columns under a name: a tag of the experiment, which all who see the experiment share.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tag">Key of the tag that holds it.</param>
/// <param name="Query">The page's query, with nothing in it that is not the page's.</param>
internal sealed record SavedView(string Name, string Tag, string Query)
{
    /// <summary>What keys of such tags begin with.</summary>
    public const string Prefix = "orrery.view.";

    private static readonly string[] Taken = ["q", "order", "view", "columns"];

    /// <summary>Those of an experiment, by name. What somebody wrote into a tag is read part by part, and built anew.</summary>
    public static IReadOnlyList<SavedView> Of(Experiment experiment) =>
    [
        .. experiment.Tags.Where(static tag => tag.Key.StartsWith(Prefix, StringComparison.Ordinal) && tag.Key.Length > Prefix.Length)
            .Select(static tag => new SavedView(tag.Key[Prefix.Length..], tag.Key, Read(tag.Value))).OrderBy(static view => view.Name, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>What the page shows now, to be saved.</summary>
    public static string Of(PageContext page) => Join(Taken.SelectMany(key => page.QueryAll(key).Select(value => (key, value))));

    private static string Read(string text)
    {
        var parsed = QueryHelpers.ParseQuery(text);
        return Join(Taken.SelectMany(key => parsed.TryGetValue(key, out var values) ? values.OfType<string>().Select(value => (key, value)) : []));
    }

    private static string Join(IEnumerable<(string Key, string Value)> parts) => string.Join('&', parts.Select(static one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"));
}

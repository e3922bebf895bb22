using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What a listing of the catalogue is cut down to.</summary>
/// <param name="Name">Stands somewhere in the name, whatever its case.</param>
/// <param name="Tag"><c>key</c> or <c>key=value</c>.</param>
/// <param name="Owner">Exactly.</param>
/// <param name="Entity">Name of an entity, exactly.</param>
/// <param name="Limit">Longest page.</param>
/// <param name="Token">Of the page before.</param>
internal sealed record CatalogueFilter(string? Name, string? Tag, string? Owner, string? Entity, int? Limit, string? Token)
{
    /// <summary>Whether something is let through.</summary>
    public bool Admits(string name, IReadOnlyDictionary<string, string> tags, string? owner, IReadOnlyList<string>? entities) =>
        (Name is null || name.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && (Owner is null || owner == Owner)
        && (Entity is null || (entities?.Contains(Entity) ?? false))
        && (Tag is null || HasTag(tags, Tag));

    /// <summary>One page, with the token of the next; <c>features.invalid_limit</c>, <c>features.invalid_page_token</c>.</summary>
    /// <param name="items">In the order of their names.</param>
    /// <param name="name">Of an item.</param>
    public Result<Page<T>> Page<T>(IEnumerable<T> items, Func<T, string> name)
    {
        if (After().Failed(out var wrong, out var after))
            return wrong;
        var size = Limit ?? FeaturePages.DefaultLimit;
        var found = items.Where(item => string.CompareOrdinal(name(item), after) > 0).Take(size + 1).ToList();
        return new Page<T>(found.Count > size ? found[..size] : found, found.Count > size ? PageToken.Encode(name(found[size - 1])) : null);
    }

    /// <summary>The name that the page begins after; empty for the first.</summary>
    public Result<string> After()
    {
        if (FeaturePages.LimitProblem(Limit) is { } wrong)
            return wrong;
        if (string.IsNullOrEmpty(Token))
            return "";
        return PageToken.Decode(Token, 1) is [string last] ? last : FeaturePages.NotOurs();
    }

    private static bool HasTag(IReadOnlyDictionary<string, string> tags, string wanted)
    {
        var equals = wanted.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? tags.ContainsKey(wanted) : tags.TryGetValue(wanted[..equals], out var value) && value == wanted[(equals + 1)..];
    }
}

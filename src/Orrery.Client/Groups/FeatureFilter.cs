namespace Orrery.Client;

/// <summary>What a listing of the catalogue is cut down to.</summary>
public sealed record FeatureFilter
{
    /// <summary>Stands somewhere in the name.</summary>
    public string? Name { get; init; }

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    public string? Tag { get; init; }

    /// <summary>Exactly.</summary>
    public string? Owner { get; init; }

    /// <summary>Name of an entity; of views only.</summary>
    public string? Entity { get; init; }

    /// <summary>Longest page, 1 to 1000.</summary>
    public int? Limit { get; init; }

    /// <summary>Of the page before.</summary>
    public string? PageToken { get; init; }

    internal Query AddTo(Query query) => query.With("name", Name).With("tag", Tag).With("owner", Owner).With("entity", Entity).With("limit", Limit).With("page_token", PageToken);
}

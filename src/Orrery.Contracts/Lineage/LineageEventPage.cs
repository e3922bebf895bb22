using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>One page of OpenLineage events, newest first.</summary>
public sealed record LineageEventPage
{
    /// <summary>The events as they came, facets of every producer among them.</summary>
    public IReadOnlyList<JsonElement> Events { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

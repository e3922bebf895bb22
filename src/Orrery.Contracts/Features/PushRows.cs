using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Rows for a push source.</summary>
[WritesEmptyLists]
public sealed record PushRows
{
    /// <summary>Name of the push source.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary>Objects by the source's column names: join keys, features, the event time and, where the source has one, the created time.</summary>
    public IReadOnlyList<JsonElement> Rows { get => field ?? []; init; }

    /// <summary><c>online</c>, <c>offline</c> or <c>online_and_offline</c>. Default <c>online</c>.</summary>
    public string? To { get; init; }
}

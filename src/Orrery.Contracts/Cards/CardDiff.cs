using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What differs between two cards.</summary>
public sealed record CardDiff
{
    /// <summary>The first card: <c>churn/3</c>, or a snapshot's hash.</summary>
    public string From { get => field ?? ""; init; }

    /// <summary>The second.</summary>
    public string To { get => field ?? ""; init; }

    /// <summary>Fields that differ, in the order of the card.</summary>
    public IReadOnlyList<CardChange> Changes { get => field ?? []; init; }
}

/// <summary>A field that differs.</summary>
public sealed record CardChange
{
    /// <summary>Of the field.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary><c>added</c>, <c>removed</c> or <c>changed</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>In the first card; absent when it is not there.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>In the second; absent when it is not there.</summary>
    public JsonElement? After { get; init; }
}

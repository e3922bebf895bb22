using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>
/// A model card: what is known about a version, filled from the records, and what people must say about it. A superset of Mitchell et al. 2019 (Model Cards
/// for Model Reporting), Hugging Face's card, Google's Model Card Toolkit and Amazon SageMaker's.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Of the card's form: 1.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>: says which sections people must write. A model whose tier nobody set counts as high.</summary>
    public string Tier { get => field ?? ""; init; }

    /// <summary>How far it is filled.</summary>
    public CardCompleteness Completeness { get => field ?? new(); init; }

    /// <summary>In the order of reading.</summary>
    public IReadOnlyList<CardSection> Sections { get => field ?? []; init; }
}

/// <summary>How far a card is filled.</summary>
public sealed record CardCompleteness
{
    /// <summary>Share of the fields that are filled, 0 to 1; of what people write, those that the tier requires.</summary>
    public double Score { get; init; }

    /// <summary>Share of all fields of the form that the records fill, 0 to 1.</summary>
    public double FromRecords { get; init; }

    /// <summary>Fields that are filled.</summary>
    public int Filled { get; init; }

    /// <summary>Fields that should be.</summary>
    public int Expected { get; init; }

    /// <summary>Paths of the fields that people must write at this tier and have not.</summary>
    public IReadOnlyList<string> MissingFromPeople { get => field ?? []; init; }

    /// <summary>Paths of the fields that the records do not fill: no evaluation was made, say.</summary>
    public IReadOnlyList<string> MissingFromRecords { get => field ?? []; init; }
}

/// <summary>A part of a card.</summary>
public sealed record CardSection
{
    /// <summary>Name, such as <c>intended_use</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>For people.</summary>
    public string Title { get => field ?? ""; init; }

    /// <summary>Its fields.</summary>
    public IReadOnlyList<CardField> Fields { get => field ?? []; init; }
}

/// <summary>A field of a card.</summary>
public sealed record CardField
{
    /// <summary>Section and name, such as <c>intended_use.primary_uses</c>.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>For people.</summary>
    public string Title { get => field ?? ""; init; }

    /// <summary><c>records</c> when the platform fills it, <c>people</c> when somebody writes it.</summary>
    public string Origin { get => field ?? ""; init; }

    /// <summary>Lowest tier at which somebody must write it; absent where nobody must.</summary>
    public string? RequiredFrom { get; init; }

    /// <summary>Text, number, list or object; absent while it is not filled.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>The record that the value is from: <c>run:0af3...</c>, <c>evaluation:...</c>; of what people wrote, who.</summary>
    public string? Source { get; init; }

    /// <summary>When somebody wrote it, Unix milliseconds.</summary>
    public long? WrittenAt { get; init; }
}

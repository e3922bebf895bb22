using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Counterfactuals of some rows.</summary>
public sealed record CounterfactualAnswers
{
    /// <summary>One a row, in their order.</summary>
    public IReadOnlyList<RowCounterfactuals> Rows { get => field ?? []; init; }

    /// <summary>Where observed values and distances are from.</summary>
    public BackgroundReference Background { get => field ?? new(); init; }

    /// <summary>Version that answered.</summary>
    public string Version { get => field ?? ""; init; }
}

/// <summary>Counterfactuals of one row.</summary>
public sealed record RowCounterfactuals
{
    /// <summary>Its place in the data, from 0, in a report.</summary>
    public int? Row { get; init; }

    /// <summary>What is wanted: <c>class 1 before any other</c>, <c>at least 0.7</c>.</summary>
    public string Goal { get => field ?? ""; init; }

    /// <summary>What the model says of the row: the wanted class's probability or the predicted value.</summary>
    public double Output { get; init; }

    /// <summary>True when the row is answered as wanted as it is; then there is nothing to look for.</summary>
    public bool AlreadyMet { get; init; }

    /// <summary>Answers, the cheapest first; each was verified by the model.</summary>
    public IReadOnlyList<Counterfactual> Found { get => field ?? []; init; }

    /// <summary>The nearest to what is wanted of all that was tried; absent when there are answers.</summary>
    public Counterfactual? BestTried { get; init; }

    /// <summary>Rows that the model was asked.</summary>
    public int Evaluations { get; init; }

    /// <summary>True when all allowed combinations of values were tried, so that the first answer is the cheapest there is, or there is none.</summary>
    public bool Exhaustive { get; init; }

    /// <summary>What came of it, for people.</summary>
    public string Remark { get => field ?? ""; init; }
}

/// <summary>A row that is answered otherwise.</summary>
public sealed record Counterfactual
{
    /// <summary>The columns that differ; left out for who may not see restricted rows of a report.</summary>
    public IReadOnlyList<CounterfactualChange>? Changes { get; init; }

    /// <summary>What the model says of it.</summary>
    public double Output { get; init; }

    /// <summary>Weighted distance from the row, in median absolute deviations, and the cost of the number of changes.</summary>
    public double Cost { get; init; }

    /// <summary>Mean distance to the nearest rows of the background, in median absolute deviations.</summary>
    public double NearestDistance { get; init; }

    /// <summary>Share of the background's rows that are as far from their nearest ones or farther; near 0 for a row unlike any that was seen.</summary>
    public double Plausibility { get; init; }

    /// <summary>Columns with values outside of the background's.</summary>
    public IReadOnlyList<string> Unseen { get => field ?? []; init; }
}

/// <summary>A change of one column.</summary>
public sealed record CounterfactualChange
{
    /// <summary>Column.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>As it is; null for a missing value.</summary>
    public JsonElement? From { get; init; }

    /// <summary>As it would be.</summary>
    public JsonElement? To { get; init; }
}

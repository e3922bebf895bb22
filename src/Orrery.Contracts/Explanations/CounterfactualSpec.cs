using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What counterfactuals are looked for: the smallest changes of a row after which the model answers as wanted.</summary>
public sealed record CounterfactualSpec
{
    /// <summary>The answer that is wanted. Of a classifier of two classes absent for the other class than the row's.</summary>
    public CounterfactualGoal? Goal { get; init; }

    /// <summary>What may be changed and how, by column; a column that is not named may take any value that the background has.</summary>
    public IReadOnlyDictionary<string, FeatureConstraint> Constraints { get => field ?? new Dictionary<string, FeatureConstraint>(); init; }

    /// <summary>Answers a row, 1 to 10. Default 3.</summary>
    public int? Count { get; init; }

    /// <summary>Columns that an answer may change, 1 or more. Default all.</summary>
    public int? MostChanges { get; init; }

    /// <summary>Cost of each changed column beside its distance, 0 to 100. Default 0.5.</summary>
    public double? Sparsity { get; init; }

    /// <summary>What an answer's being unlike those before is worth in cost, 0 to 100. Default 1; 0 for the cheapest ones.</summary>
    public double? Diversity { get; init; }

    /// <summary>Rows that the model may be asked for each row, 100 to 200,000. Default 20,000.</summary>
    public int? MostEvaluations { get; init; }

    /// <summary>Of what is drawn by lot. Default 1.</summary>
    public int? Seed { get; init; }
}

/// <summary>The answer that is wanted: a class, or a range of the number that is explained.</summary>
public sealed record CounterfactualGoal
{
    /// <summary>Place of the wanted class among the sorted classes, from 0.</summary>
    public int? Class { get; init; }

    /// <summary>Least probability of the class, or least predicted value. Of a class absent for more than any other class's.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest probability of the class, or greatest predicted value.</summary>
    public double? Max { get; init; }
}

/// <summary>How one column may be changed.</summary>
public sealed record FeatureConstraint
{
    /// <summary>True for a column that stays as it is.</summary>
    public bool Fixed { get; init; }

    /// <summary>Least value. Default the background's.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest value. Default the background's.</summary>
    public double? Max { get; init; }

    /// <summary><c>up</c> or <c>down</c> for a number that may only grow or only fall.</summary>
    public string? Direction { get; init; }

    /// <summary>Changes are whole multiples of it, greater than 0.</summary>
    public double? Step { get; init; }

    /// <summary>True for whole numbers only.</summary>
    public bool IntegerOnly { get; init; }

    /// <summary>The values that it may take: numbers, or texts.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }

    /// <summary>What its changes cost in proportion to others', greater than 0. Default 1.</summary>
    public double? Weight { get; init; }
}

/// <summary>Rows to find counterfactuals of, by a version that need not be deployed.</summary>
public sealed record CounterfactualInstances
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Rows as objects of columns, 1 to 20.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Instances { get => field ?? []; init; }

    /// <summary>What is looked for.</summary>
    public CounterfactualSpec Spec { get => field ?? new(); init; }
}

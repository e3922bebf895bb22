namespace Orrery.Contracts;

/// <summary>Explanations of some rows, as <c>:explain</c> answers them.</summary>
public sealed record InstanceExplanations
{
    /// <summary>One a row, in their order.</summary>
    public IReadOnlyList<InstanceExplanation> Explanations { get => field ?? []; init; }

    /// <summary><c>exact</c>, <c>kernel</c>, <c>tree</c> or <c>linear</c>.</summary>
    public string Method { get => field ?? ""; init; }

    /// <summary>What the values add up to: <c>output</c> or <c>margin</c>.</summary>
    public string Scale { get => field ?? ""; init; }

    /// <summary>What the values are relative to.</summary>
    public BackgroundReference Background { get => field ?? new(); init; }

    /// <summary>Version that answered.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>The logged prediction that is explained; absent for rows that were given.</summary>
    public string? PredictionId { get; init; }
}

/// <summary>Names the rows that explanations are relative to.</summary>
public sealed record BackgroundReference
{
    /// <summary>The explanation report whose background it is.</summary>
    public string Explanation { get => field ?? ""; init; }

    /// <summary>SHA-256 of its values.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>How many rows.</summary>
    public int Rows { get; init; }

    /// <summary>Of coalitions that are drawn.</summary>
    public int Seed { get; init; }
}

/// <summary>The explanation of one row.</summary>
public sealed record InstanceExplanation
{
    /// <summary>What the model says of the background on average.</summary>
    public double BaseValue { get; init; }

    /// <summary>Shapley values by column; with the base value they add up to the prediction.</summary>
    public IReadOnlyDictionary<string, double> Values { get => field ?? new Dictionary<string, double>(); init; }

    /// <summary>What the model says of the row, on the scale that is explained.</summary>
    public double Prediction { get; init; }

    /// <summary>What the model says of the row as it answers it: a probability or a predicted value.</summary>
    public double Output { get; init; }

    /// <summary>The columns that count most against the row, worst first; at most four, as adverse action notices name them.</summary>
    public IReadOnlyList<ReasonCode> ReasonCodes { get => field ?? []; init; }
}

/// <summary>Why an answer is not higher.</summary>
public sealed record ReasonCode
{
    /// <summary>Column.</summary>
    public string Feature { get => field ?? ""; init; }

    /// <summary>Its Shapley value, which is negative.</summary>
    public double Value { get; init; }
}

/// <summary>Rows to explain by a version that need not be deployed, or a logged prediction.</summary>
public sealed record ExplainInstances
{
    /// <summary>Registered model; absent with a prediction.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number; absent with a prediction.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Rows as objects of columns, 1 to 100; absent with a prediction.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, System.Text.Json.JsonElement>> Instances { get => field ?? []; init; }

    /// <summary>Id of a logged prediction, whose version and inputs are explained; absent with instances.</summary>
    public string? PredictionId { get; init; }
}

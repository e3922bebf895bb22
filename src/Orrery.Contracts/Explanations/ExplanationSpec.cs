namespace Orrery.Contracts;

/// <summary>What an explanation report is to explain, and how.</summary>
public sealed record ExplanationSpec
{
    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Rows to explain and to draw the background from: a training set, files, a table or a query.</summary>
    public EvaluationData Data { get => field ?? new(); init; }

    /// <summary>The data's columns in the model's order, for a model without names of columns.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    /// <summary>Column with what turned out to be true; absent to leave permutation importance out.</summary>
    public string? Label { get; init; }

    /// <summary><c>auto</c>, <c>exact</c>, <c>kernel</c>, <c>tree</c> or <c>linear</c>. Default <c>auto</c>: what has a closed form by it, up to 12 columns exactly, others by the kernel method.</summary>
    public string Method { get => field ?? "auto"; init; }

    /// <summary>Of several classes the one to explain, by its place among the sorted classes, from 0. Default 1 for two classes.</summary>
    public int? Class { get; init; }

    /// <summary>Rows that are explained, 1 to 10,000. Default 200.</summary>
    public int? Rows { get; init; }

    /// <summary>Rows of the background, 1 to 1,000. Default 100.</summary>
    public int? BackgroundRows { get; init; }

    /// <summary>Coalitions a row of the kernel method, 100 to 100,000. Default 2,048 and two for each column.</summary>
    public int? Samples { get; init; }

    /// <summary>Times that each column is permuted, 1 to 100. Default 5.</summary>
    public int? Repeats { get; init; }

    /// <summary>Columns that are permuted together, by a name of the group.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get => field ?? new Dictionary<string, IReadOnlyList<string>>(); init; }

    /// <summary>Columns with the greatest values that effects are drawn for, 0 to 100. Default 5.</summary>
    public int? Effects { get; init; }

    /// <summary>Depth of the tree that says about what the model says, 1 to 6; 0 for none. Default 3.</summary>
    public int? Surrogate { get; init; }

    /// <summary>Smallest changes to look for of rows that are not answered as wanted; absent for none.</summary>
    public CounterfactualSpec? Counterfactuals { get; init; }

    /// <summary>How many of the explained rows to look for them of, 1 to 100. Default 3.</summary>
    public int? CounterfactualRows { get; init; }

    /// <summary>Of all that is drawn by lot. Default 1.</summary>
    public int? Seed { get; init; }
}

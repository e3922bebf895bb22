namespace Orrery.Governance;

/// <summary>What is kept of the rows that were read: the truth, weights and slices, and what each version says. Features are not kept.</summary>
internal sealed class EvaluationColumns
{
    /// <summary>Rows.</summary>
    public required int Count { get; init; }

    /// <summary>Rows that were left out.</summary>
    public required long WithoutLabel { get; init; }

    /// <summary>The label's values in order; empty for a regression.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Index of the class of each row; empty for a regression.</summary>
    public required int[] Truth { get; init; }

    /// <summary>The label of each row of a regression; empty otherwise.</summary>
    public required double[] Target { get; init; }

    /// <summary>Null for 1 each.</summary>
    public required double[]? Weights { get; init; }

    /// <summary>By column.</summary>
    public required IReadOnlyDictionary<string, SliceColumn> Slices { get; init; }

    /// <summary>What the versions say, the evaluated one first.</summary>
    public required IReadOnlyList<VersionSays> Versions { get; init; }

    /// <summary>SHA-256 of the values in their order.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What a reader of the result must know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

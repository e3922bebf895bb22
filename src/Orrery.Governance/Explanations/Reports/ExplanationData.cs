namespace Orrery.Governance;

/// <summary>Rows that a report reads.</summary>
/// <param name="Rows">The model's columns.</param>
/// <param name="Labels">What turned out to be true of each row, as texts; null without a label.</param>
internal sealed record ExplanationData(FeatureMatrix Rows, string?[]? Labels);

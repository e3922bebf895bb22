namespace Orrery.Governance;

/// <summary>Shapley values of one row.</summary>
/// <param name="BaseValue">What the model says of the background on average.</param>
/// <param name="Values">One a column; with the base value they add up to the prediction.</param>
/// <param name="Prediction">What the model says of the row, on the scale that is explained.</param>
internal sealed record RowExplanation(double BaseValue, double[] Values, double Prediction);

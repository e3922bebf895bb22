namespace Orrery.Serving;

/// <summary>A column that a version takes.</summary>
/// <param name="Name">Of the signature, or of the model's input.</param>
/// <param name="IsText">True for texts, false for numbers and truth values (0 and 1).</param>
public sealed record ScoreInput(string Name, bool IsText);

namespace Orrery.Features;

/// <summary>One value that was looked up. Which of the values counts, the feature's <see cref="LookupKind"/> says.</summary>
/// <param name="Status">Whether it is there.</param>
/// <param name="Whole">Of whole numbers and, as 0 and 1, of bools.</param>
/// <param name="Number">Of floating-point numbers.</param>
/// <param name="Text">Of texts.</param>
public readonly record struct LookupValue(LookupStatus Status, long Whole, double Number, string? Text);

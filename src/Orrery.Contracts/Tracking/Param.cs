namespace Orrery.Contracts;

/// <summary>A parameter of a run or of a logged model. Written once; the same value again is accepted, another is refused.</summary>
/// <param name="Key">Up to 250 characters.</param>
/// <param name="Value">Up to 6,000 characters.</param>
public sealed record Param(string Key, string Value);

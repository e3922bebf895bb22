namespace Orrery.Contracts;

/// <summary>One fault of a request.</summary>
/// <param name="Field">Path of the field in the body, as <c>metrics[3].key</c>; empty for the body as a whole.</param>
/// <param name="Message">What was wrong and what would be right.</param>
public sealed record ProblemError(string Field, string Message);

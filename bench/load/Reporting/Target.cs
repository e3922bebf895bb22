namespace Orrery.Load;

/// <summary>A number to reach.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Reach">What is promised.</param>
/// <param name="Measured">What it is.</param>
/// <param name="IsMet">Whether that keeps the promise.</param>
internal sealed record Target(string Name, string Reach, string Measured, bool IsMet);

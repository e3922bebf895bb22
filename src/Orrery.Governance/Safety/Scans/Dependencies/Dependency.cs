namespace Orrery.Governance;

/// <summary>A package that a model needs.</summary>
/// <param name="Name">As PyPI normalises it; of conda's own packages as conda names them.</param>
/// <param name="Version">The only one that is allowed; null when there are several.</param>
/// <param name="Specifier">As it was written.</param>
/// <param name="Source">File that names it.</param>
/// <param name="IsPyPi">Whether it comes from PyPI; else from conda's channels.</param>
internal sealed record Dependency(string Name, string? Version, string Specifier, string Source, bool IsPyPi);

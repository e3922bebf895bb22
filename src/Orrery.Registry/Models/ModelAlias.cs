namespace Orrery.Registry;

/// <summary>A name that stands for one version of a model.</summary>
/// <param name="Alias">Letters, digits, underscores and dashes; unique in the model.</param>
/// <param name="Version">The version's number.</param>
public sealed record ModelAlias(string Alias, long Version);

namespace Orrery.Contracts;

/// <summary>A tag of an experiment, run, data set input, model or version. Setting it again replaces the value.</summary>
/// <param name="Key">Up to 250 characters.</param>
/// <param name="Value">Up to 8,000 characters on a run, 5,000 on an experiment, 100,000 in the registry.</param>
public sealed record Tag(string Key, string Value);

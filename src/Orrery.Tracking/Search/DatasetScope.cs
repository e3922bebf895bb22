namespace Orrery.Tracking;

/// <summary>Restricts metrics to those measured on one data set.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Digest">Its digest; null for any version of it.</param>
public sealed record DatasetScope(string Name, string? Digest);

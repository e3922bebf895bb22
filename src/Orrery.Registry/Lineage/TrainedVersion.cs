namespace Orrery.Registry;

/// <summary>A model version with the run that made it.</summary>
internal sealed record TrainedVersion(string ModelId, string Name, long Version, string Stage, string RunId, IReadOnlyList<string> Aliases);

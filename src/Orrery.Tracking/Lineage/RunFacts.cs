namespace Orrery.Tracking;

/// <summary>What lineage tells of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ExperimentId">Its experiment.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="Commit">Hash of its source code's commit; null when nobody said.</param>
/// <param name="Environment">JSON of its captured environment; null for none.</param>
internal sealed record RunFacts(string RunId, long ExperimentId, string Name, long StartedAt, string? Commit, string? Environment);

/// <summary>A data set that a run read.</summary>
internal sealed record RunDataset(string RunId, string SourceType, string Name, string Digest);

/// <summary>A logged model that a run read or made.</summary>
internal sealed record RunLoggedModel(string RunId, string ModelId, bool IsInput);

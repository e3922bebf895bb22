namespace Orrery.Tracking;

/// <summary>One version of a scorer: something that judges what a model answered.</summary>
/// <param name="ScorerId">Of the scorer, the same for all its versions.</param>
/// <param name="ExperimentId">Where it belongs.</param>
/// <param name="Name">Unique in the experiment.</param>
/// <param name="Version">From 1; never given twice.</param>
/// <param name="Serialized">As the client wrote it.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
internal sealed record Scorer(string ScorerId, long ExperimentId, string Name, long Version, string Serialized, long CreatedAt);

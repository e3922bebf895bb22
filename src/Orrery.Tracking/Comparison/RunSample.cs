namespace Orrery.Tracking;

/// <summary>A group of runs that is compared with others.</summary>
/// <param name="Name">Of the group.</param>
/// <param name="Runs">Its runs.</param>
internal sealed record RunSample(string Name, IReadOnlyList<RunDocument> Runs);

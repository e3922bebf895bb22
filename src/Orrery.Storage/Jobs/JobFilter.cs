namespace Orrery.Storage;

/// <summary>Which jobs to list.</summary>
/// <param name="Kind">Of this kind only; null for all.</param>
/// <param name="State">In this state only; null for all.</param>
public sealed record JobFilter(string? Kind = null, JobState? State = null);

namespace Orrery.Features;

/// <summary>A project as it stands before a change.</summary>
/// <param name="Revision">0 when there is none yet.</param>
/// <param name="Description">Its own.</param>
/// <param name="Definitions">With their history.</param>
/// <param name="Compiled">The same, compiled.</param>
internal sealed record ProjectState(long Revision, string? Description, DefinitionSet Definitions, FeatureProject Compiled);

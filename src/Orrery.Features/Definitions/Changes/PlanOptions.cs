namespace Orrery.Features;

/// <summary>How a document is applied.</summary>
/// <param name="Partial">It is added to what there is; else it is the whole project, and what it leaves out is removed.</param>
/// <param name="Repin">Services take the newest versions of their views, where they name none.</param>
/// <param name="AllowBreaking">What breaks others is applied too.</param>
/// <param name="ExpectedRevision">The revision that the project must be at; null for any, 0 for a project that must be new.</param>
/// <param name="Note">Kept with the revision.</param>
/// <param name="Right">Whether who asks may read restricted columns; <see cref="Marks"/> asks.</param>
/// <param name="Sees">Which uses the caller may be told of; null for all.</param>
internal sealed record PlanOptions(
    bool Partial = false, bool Repin = false, bool AllowBreaking = false, long? ExpectedRevision = null, string? Note = null, RestrictedRight Right = default,
    Func<FeatureUse, bool>? Sees = null);

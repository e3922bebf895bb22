using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>A change of a project that was made out, ready to be written.</summary>
/// <param name="Before">What it was made out against.</param>
/// <param name="Description">The project's, afterwards.</param>
/// <param name="Versions">The versions to write.</param>
/// <param name="After">The project afterwards.</param>
/// <param name="Plan">For people.</param>
internal sealed record ProjectChange(ProjectState Before, string? Description, IReadOnlyList<DefinitionVersion> Versions, FeatureProject After, FeaturePlan Plan)
{
    /// <summary>Whether anything is to be written.</summary>
    public bool IsEmpty => Versions.Count == 0 && Description == Before.Description && Before.Revision > 0;
}

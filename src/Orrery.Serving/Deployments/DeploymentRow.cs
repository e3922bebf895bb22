using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>A deployment as it is stored.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Revision">Counts its changes.</param>
/// <param name="IsRemoved">Whether it is gone.</param>
/// <param name="Spec">What it is to be.</param>
/// <param name="CreatedBy">Who made the revision.</param>
/// <param name="CreatedAt">When it was made first, Unix milliseconds.</param>
/// <param name="UpdatedAt">When the revision was made.</param>
internal sealed record DeploymentRow(
    DeploymentKey Key, long Revision, bool IsRemoved, DeploymentSpec Spec, string CreatedBy, long CreatedAt, long UpdatedAt);

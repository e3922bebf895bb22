namespace Orrery.Tracking;

/// <summary>Where a run or experiment is in its life.</summary>
public static class Lifecycle
{
    /// <summary>In use.</summary>
    public const string Active = "active";

    /// <summary>Deleted, and restorable until garbage collection.</summary>
    public const string Deleted = "deleted";

    /// <summary>A run whose import is not complete: seen by nobody.</summary>
    internal const string Importing = "importing";
}

/// <summary>Which of the active and the deleted are wanted.</summary>
public enum ViewType
{
    /// <summary>Active only.</summary>
    ActiveOnly = 1,

    /// <summary>Deleted only.</summary>
    DeletedOnly = 2,

    /// <summary>Both.</summary>
    All = 3,
}

/// <summary>An experiment: holds runs.</summary>
/// <param name="Id">Rises per workspace; 0 is <c>Default</c>.</param>
/// <param name="Name">Unique in the workspace, deleted ones included.</param>
/// <param name="ArtifactLocation">Root of its runs' artifacts.</param>
/// <param name="Stage">Of <see cref="Tracking.Lifecycle"/>.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds.</param>
/// <param name="Tags">By key.</param>
public sealed record Experiment(
    long Id,
    string Name,
    string ArtifactLocation,
    string Stage,
    long CreatedAt,
    long UpdatedAt,
    IReadOnlyList<Pair> Tags)
{
    /// <summary>True until it is deleted.</summary>
    public bool IsActive => Stage == Lifecycle.Active;
}

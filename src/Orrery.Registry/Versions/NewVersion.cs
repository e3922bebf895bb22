using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>A version to register.</summary>
/// <param name="Source">Absolute URI of its files, or <c>models:/name/version</c>, <c>models:/name@alias</c>, <c>models:/m-id</c>.</param>
public sealed record NewVersion(string Source)
{
    /// <summary>The run that made it; null or empty for that of the source, if it has one.</summary>
    public string? RunId { get; init; }

    /// <summary>Address of a run elsewhere.</summary>
    public string? RunLink { get; init; }

    /// <summary>What it is.</summary>
    public string? Description { get; init; }

    /// <summary>The logged model it comes from, <c>m-</c> and 32 hex.</summary>
    public string? LoggedModelId { get; init; }

    /// <summary>The last of those with one key counts.</summary>
    public IReadOnlyList<Pair> Tags { get; init; } = [];
}

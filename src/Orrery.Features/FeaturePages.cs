using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What the feature store's listings have alike.</summary>
internal static class FeaturePages
{
    /// <summary>Length of a page when none is asked for.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Longest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Why a length is refused; null when it may be.</summary>
    public static Failure? LimitProblem(int? limit) => limit is < 1 or > MaxLimit
        ? Failure.Invalid("features.invalid_limit", $"The limit is {limit}; it must be 1 to {MaxLimit}.")
        : null;

    /// <summary>A token that no page of the listing gave.</summary>
    public static Failure NotOurs() => Failure.Invalid("features.invalid_page_token", "The page token is not one that this listing gave.");
}

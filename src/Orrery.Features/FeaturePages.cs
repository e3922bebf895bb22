using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>What the feature store's listings have alike.</summary>
internal static class FeaturePages
{
    /// <summary>Length of a page when none is asked for.</summary>
    public const int DefaultLimit = Listings.DefaultLimit;

    /// <summary>Why a length is refused; null when it may be.</summary>
    public static Failure? LimitProblem(int? limit) => Listings.LimitProblem(limit, "features");

    /// <summary>A token that no page of the listing gave.</summary>
    public static Failure NotOurs() => Listings.NotOurs("features.invalid_page_token");
}

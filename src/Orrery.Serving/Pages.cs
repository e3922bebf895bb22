using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>What serving's listings have alike.</summary>
internal static class Pages
{
    public const int DefaultLimit = Listings.DefaultLimit;

    /// <summary>Why a limit is refused; null when it may be.</summary>
    public static Failure? LimitProblem(int? limit) => Listings.LimitProblem(limit, "serving");

    public static Failure NotOurs() => Listings.NotOurs("serving.invalid_page_token");
}

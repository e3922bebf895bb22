using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What serving's listings have alike.</summary>
internal static class Pages
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <summary>Why a limit is refused; null when it may be.</summary>
    public static Failure? LimitProblem(int? limit) => limit is < 1 or > MaxLimit
        ? Failure.Invalid("serving.invalid_limit", $"The limit is {limit}; it must be 1 to {MaxLimit}.")
        : null;

    public static Failure NotOurs() => Failure.Invalid("serving.invalid_page_token", "The page token is not one that this listing gave.");
}

using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>What the native API's listings have alike: a limit, a token that a page before gave, and one for the page after.</summary>
public static class Listings
{
    /// <summary>Length of a page when none is asked for.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Longest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Why a limit is refused; null when it may be. None is <see cref="DefaultLimit"/>.</summary>
    /// <param name="limit">As asked for.</param>
    /// <param name="module">Begins the failure's code, <c>{module}.invalid_limit</c>.</param>
    /// <param name="most">Longest page.</param>
    public static Failure? LimitProblem(int? limit, string module = "tenancy", int most = MaxLimit) => limit < 1 || limit > most
        ? Failure.Invalid(module + ".invalid_limit", $"The limit is {limit}; it must be 1 to {most}.")
        : null;

    /// <summary>The text key that a page begins after; empty for the first page.</summary>
    /// <param name="token">As sent.</param>
    /// <param name="code">Of the failure for a token that is none of the listing's.</param>
    public static Result<string> After(string? token, string code) =>
        string.IsNullOrEmpty(token) ? "" : PageToken.Decode(token, 1) is [string key] ? key : NotOurs(code);

    /// <summary>A token that no page of the listing gave.</summary>
    public static Failure NotOurs(string code) => Failure.Invalid(code, "The page token is not one that this listing gave.");

    /// <summary>A page of what was found: one more was asked for than the page holds.</summary>
    /// <param name="found">At most <paramref name="limit"/> and one.</param>
    /// <param name="limit">Length of the page.</param>
    /// <param name="token">Token of the page after a row.</param>
    public static Page<T> Cut<T>(List<T> found, int limit, Func<T, string> token) =>
        found.Count > limit ? new(found[..limit], token(found[limit - 1])) : new(found, null);
}

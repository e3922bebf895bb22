using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// Keeps one address (a /64 of IPv6), and one token or person, from taking the server from all others: so many requests a second, five
/// seconds' worth at once. Each server counts its own. Thread-safe.
/// </summary>
internal sealed class RequestLimiter(IdentityOptions options) : IDisposable
{
    private const int BurstSeconds = 5;
    private const int RefillsPerSecond = 10;

    private readonly KeyedLimiter? _addresses = Limiter(options.RequestsPerSecondPerAddress);
    private readonly KeyedLimiter? _callers = Limiter(options.RequestsPerSecondPerToken);

    /// <summary>Why a request of this address must wait; null when it need not.</summary>
    public Failure? RefusesAddress(HttpContext context) => _addresses?.Take(
        context, KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress), 1, seconds => Refusal("address", options.RequestsPerSecondPerAddress, seconds));

    /// <summary>Why a request of this caller must wait; null when it need not.</summary>
    public Failure? Refuses(HttpContext context, Caller caller) => _callers?.Take(
        context,
        caller.Token?.TokenId ?? caller.PrincipalId,
        1,
        seconds => Refusal(caller.Token is null ? "person" : "token", options.RequestsPerSecondPerToken, seconds));

    public void Dispose()
    {
        _addresses?.Dispose();
        _callers?.Dispose();
    }

    private static KeyedLimiter? Limiter(int perSecond) => perSecond == 0
        ? null
        : new(perSecond * BurstSeconds, Math.Max(1, perSecond / RefillsPerSecond), TimeSpan.FromSeconds(perSecond < RefillsPerSecond ? 1.0 / perSecond : 1.0 / RefillsPerSecond));

    private static Failure Refusal(string what, int limit, string seconds) => new(
        FailureKind.Exhausted, "tenancy.rate_limited", $"This {what} may send {limit} requests a second and has sent more. Try again in {seconds} s.");
}

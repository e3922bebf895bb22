using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Slows down those who guess: an address (a /64 of IPv6) may fail so often and no more. Thread-safe.</summary>
internal sealed class FailureLimiter(IdentityOptions options) : IDisposable
{
    private readonly KeyedLimiter _limiter = new(options.FailureBurst, refill: 1, TimeSpan.FromMinutes(1) / options.FailuresPerMinute);

    /// <summary>Why this address must wait before it may try a password; null when it need not.</summary>
    public Failure? Refuses(HttpContext context) => Take(context, 0);

    /// <summary>Counts a failure. What the caller is told: the failure, or that it was one too many.</summary>
    public Failure Count(HttpContext context, Failure failure) => Take(context, 1) ?? failure;

    public void Dispose() => _limiter.Dispose();

    private Failure? Take(HttpContext context, int permits) =>
        _limiter.Take(context, KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress), permits, static seconds => new(
            FailureKind.Exhausted, "tenancy.too_many_failures", $"Too many sign-ins from this address have failed. Try again in {seconds} s."));
}

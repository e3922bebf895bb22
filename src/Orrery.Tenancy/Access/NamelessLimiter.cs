using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// Slows down an address (a /64 of IPv6) that sends requests without good credentials: ten times as many as it may fail to sign in
/// (<see cref="FailureLimiter"/>), since most of them guess nothing. Thread-safe.
/// </summary>
internal sealed class NamelessLimiter(IdentityOptions options) : IDisposable
{
    private const int Times = 10;
    private readonly KeyedLimiter _limiter = new(options.FailureBurst * Times, refill: Times, TimeSpan.FromMinutes(1) / options.FailuresPerMinute);

    /// <summary>Counts a request; why the address must wait when it was one too many.</summary>
    public Failure? Count(HttpContext context) => _limiter.Take(context, KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress), 1, static seconds => new(
        FailureKind.Exhausted, "tenancy.too_many_failures", $"Too many requests from this address came without good credentials. Try again in {seconds} s."));

    public void Dispose() => _limiter.Dispose();
}

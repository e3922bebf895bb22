using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Slows down those who guess: an address (a /64 of IPv6) may fail so often and no more. Thread-safe.</summary>
internal sealed class FailureLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter;

    public FailureLimiter(IdentityOptions options) => _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new()
        {
            TokenLimit = options.FailureBurst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.FailuresPerMinute,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));

    /// <summary>Why this address must wait before it may try a password; null when it need not.</summary>
    public Failure? Refuses(HttpContext context) => Take(context, 0);

    /// <summary>Counts a failure. What the caller is told: the failure, or that it was one too many.</summary>
    public Failure Count(HttpContext context, Failure failure) => Take(context, 1) ?? failure;

    public void Dispose() => _limiter.Dispose();

    /// <summary>IPv6 gives everybody a /64 of addresses.</summary>
    internal static string KeyOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private Failure? Take(HttpContext context, int permits)
    {
        using var lease = _limiter.AttemptAcquire(KeyOf(context.Connection.RemoteIpAddress), permits);
        if (lease.IsAcquired)
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)) : 60;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return new(FailureKind.Exhausted, "tenancy.too_many_failures", $"Too many sign-ins from this address have failed. Try again in {wait} s.");
    }
}

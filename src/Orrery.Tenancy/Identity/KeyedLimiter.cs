using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>A token bucket for each key; those that are full again are forgotten. Each server counts its own. Thread-safe.</summary>
internal sealed class KeyedLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter;

    /// <param name="burst">How many may come at once.</param>
    /// <param name="refill">How many come back each <paramref name="period"/>.</param>
    /// <param name="period">Between two refills.</param>
    public KeyedLimiter(int burst, int refill, TimeSpan period)
    {
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = refill,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
            AutoReplenishment = true,
        };

        // Made once, not for each request.
        Func<string, TokenBucketRateLimiterOptions> same = _ => bucket;
        _limiter = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, same));
    }

    public void Dispose() => _limiter.Dispose();

    /// <summary>Of an address: IPv6 gives everybody a /64 of them.</summary>
    public static string KeyOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    /// <summary>Takes from a key's bucket; 0 asks whether anything is left.</summary>
    /// <param name="context">Gets <c>Retry-After</c> when nothing is.</param>
    /// <param name="key">Whose bucket.</param>
    /// <param name="permits">How many.</param>
    /// <param name="refusal">What to say then; gets the seconds to wait.</param>
    /// <returns>Null when it was taken.</returns>
    public Failure? Take(HttpContext context, string key, int permits, Func<string, Failure> refusal)
    {
        using var lease = _limiter.AttemptAcquire(key, permits);
        if (lease.IsAcquired)
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)) : 60;
        var seconds = wait.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = seconds;
        return refusal(seconds);
    }
}

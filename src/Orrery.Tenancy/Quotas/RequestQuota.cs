using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Requests per second of each workspace, by a token bucket that holds one second's worth. Each server counts its own. Thread-safe.</summary>
public sealed class RequestQuota : IDisposable
{
    // Refills a second as a whole number of times, each by a whole number of tokens.
    private static readonly int[] Refills = [20, 10, 5, 4, 2];

    private readonly ConcurrentDictionary<long, Bucket> _buckets = new();
    private readonly QuotaLimits _limits;

    internal RequestQuota(QuotaLimits limits) => _limits = limits;

    /// <summary>Whether a request may pass now; always where no limit is set.</summary>
    /// <param name="workspace">Whose request.</param>
    /// <param name="retryAfter">When to come again, after a refusal.</param>
    public bool TryAcquire(WorkspaceId workspace, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (_limits.Known(workspace, QuotaKinds.RequestsPerSecond)?.Hard is not { } limit)
            return true;
        var bucket = _buckets.GetOrAdd(workspace.Value, static (_, most) => new(most), limit);
        if (bucket.Limit != limit)
        {
            // Who still holds the old bucket counts against it to the end; its timer stops when it is collected.
            var changed = new Bucket(limit);
            bucket = _buckets.TryUpdate(workspace.Value, changed, bucket) ? changed : _buckets[workspace.Value];
        }

        using var lease = bucket.Limiter.AttemptAcquire();
        if (lease.IsAcquired)
            return true;
        retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
            bucket.Limiter.Dispose();
    }

    private sealed class Bucket(long limit)
    {
        public long Limit => limit;

        public TokenBucketRateLimiter Limiter { get; } = NewLimiter((int)limit);

        private static TokenBucketRateLimiter NewLimiter(int limit)
        {
            var refills = Array.Find(Refills, times => limit % times == 0) is > 0 and var found ? found : 1;
            return new(new()
            {
                TokenLimit = limit,
                TokensPerPeriod = limit / refills,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1) / refills,
                QueueLimit = 0,
                AutoReplenishment = true,
            });
        }
    }
}

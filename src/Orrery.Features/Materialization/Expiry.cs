using System.Collections.Concurrent;

namespace Orrery.Features;

/// <summary>
/// Frees the room of rows whose ttl ran out long ago (<see cref="OnlineSettings.KeepExpired"/>). Whether a value has run out is judged at the
/// read.
/// </summary>
internal sealed class Expiry(IOnlineStore store, FeatureOptions options, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<OnlineTable, DateTimeOffset> _done = new();

    /// <summary>Looks at the views of a project, each once an hour.</summary>
    public async Task LookAsync(FeatureProject project, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var view in project.ServedViews().Where(static view => view.Ttl is { Ticks: > 0 }))
        {
            var table = OnlineTable.Of(project, view);
            if (_done.TryGetValue(table, out var last) && now - last < Interval)
                continue;
            // What another version reads under a longer ttl stays.
            var longest = project.ViewVersions.Values.Where(other => other.Id == view.Id && other.StorageVersion == view.StorageVersion).Max(static other => other.Ttl ?? TimeSpan.MaxValue);
            if (longest < now - DateTimeOffset.UnixEpoch - options.Online.KeepExpired)
                await store.ExpireAsync(table, Materializations.Micros(now - longest - options.Online.KeepExpired), cancel);
            _done[table] = now;
        }
    }
}

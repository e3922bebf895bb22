using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Counts the requests that each workspace's callers send: each minute a fact for each workspace that had any. Thread-safe.</summary>
internal sealed class RequestMeter(Db db, UsageLedger ledger, ServerIdentity server, TimeProvider time, ILogger<RequestMeter> logger)
    : UsageMeter(TimeSpan.FromMinutes(1), db, ledger, time, logger)
{
    private readonly ConcurrentDictionary<WorkspaceId, Counter> _counters = new();

    /// <summary>Counts one request.</summary>
    public void Count(Actor actor)
    {
        if (actor.Workspace == WorkspaceId.Platform)
            return;
        if (!_counters.TryGetValue(actor.Workspace, out var counter))
            counter = _counters.GetOrAdd(actor.Workspace, static (id, name) => new(Actor.System(id, name)), actor.WorkspaceName);
        Interlocked.Increment(ref counter.Count);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(Actor Actor, IReadOnlyList<UsageFact> Facts)> Take(DateTimeOffset from, DateTimeOffset to)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"requests/{server.Name}/{to.ToUnixTimeMilliseconds()}");
        foreach (var counter in _counters.Values)
        {
            if (Interlocked.Exchange(ref counter.Count, 0) is > 0 and var count)
                yield return (counter.Actor, [new(key, Meters.Requests, count, from, to)]);
        }
    }

    private sealed class Counter(Actor actor)
    {
        public long Count;

        public Actor Actor => actor;
    }
}

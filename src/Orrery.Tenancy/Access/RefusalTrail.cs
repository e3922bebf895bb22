using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Writes refused accesses to the audit trail. The first of a principal or address at an endpoint for a reason is written at once; those
/// that follow within a minute are counted, and the entry after it says how many they were: nobody fills the trail by being refused. A
/// crash loses a minute's counts. Thread-safe.
/// </summary>
internal sealed class RefusalTrail(Db db, AuditLog audit, TimeProvider time, ILogger<RefusalTrail> logger) : BackgroundService
{
    /// <summary>Most that are told apart at once; what comes beyond that is counted together, for each reason.</summary>
    public int Most { get; init; } = 10_000;

    private const int AtOnce = 500;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Key, Slot> _slots = new();

    /// <summary>How many are told apart now.</summary>
    public int Count => _slots.Count;

    /// <summary>Records one refusal.</summary>
    /// <param name="actor">Who was refused, in whose chain.</param>
    /// <param name="who">Principal, or network address of somebody without a name.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="code">Of the failure.</param>
    /// <param name="asked">The workspace that was asked for, when the entry does not stand in its chain.</param>
    /// <param name="cancel">Stops before the commit.</param>
    public async ValueTask RecordAsync(Actor actor, string who, RouteEndpoint endpoint, string code, string? asked, CancellationToken cancel)
    {
        var refusal = new Refusal(actor, endpoint.RoutePattern.RawText ?? "/", code, asked is not null && WorkspaceName.IsValid(asked) ? asked : null);
        var key = new Key(who, actor.Workspace, endpoint, code);
        for (; ; )
        {
            if (!_slots.TryGetValue(key, out var slot))
            {
                if (_slots.Count >= Most && key.Endpoint is not null)
                {
                    key = new Key("", WorkspaceId.Platform, Endpoint: null, code);
                    refusal = refusal with { Actor = actor with { Workspace = WorkspaceId.Platform } };
                    continue;
                }

                slot = _slots.GetOrAdd(key, static _ => new());
            }

            switch (slot.Take(refusal, time))
            {
                case Slot.Gone:
                    continue;
                case Slot.Counted:
                    return;
                case var leftOut:
                    await WriteAsync(slot, refusal, leftOut, cancel);
                    return;
            }
        }
    }

    /// <summary>Writes what was counted and is older than a minute (<paramref name="all"/>: whatever was), and forgets what is over.</summary>
    public async Task FlushAsync(bool all, CancellationToken cancel)
    {
        var counted = new List<(Refusal Last, long LeftOut)>();
        foreach (var (key, slot) in _slots)
        {
            if (slot.End(all, time) is not { } ended)
                continue;
            _slots.TryRemove(KeyValuePair.Create(key, slot));
            if (ended.LeftOut > 0)
                counted.Add(ended);
        }

        foreach (var some in counted.Chunk(AtOnce))
            await AppendAsync(some, cancel);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(all: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryFlushAsync(all: false, stoppingToken);
    }

    private async Task TryFlushAsync(bool all, CancellationToken cancel)
    {
        try
        {
            await FlushAsync(all, cancel);
        }
        // Whatever it was, the next minute comes.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.RefusalsNotCounted(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and cannot wait any longer.
        }
    }

    private async ValueTask WriteAsync(Slot slot, Refusal refusal, long leftOut, CancellationToken cancel)
    {
        var written = false;
        try
        {
            await AppendAsync([(refusal, leftOut)], cancel);
            written = true;
        }
        finally
        {
            if (!written)
                slot.Reopen(leftOut + 1);
        }
    }

    private async ValueTask AppendAsync((Refusal Last, long LeftOut)[] some, CancellationToken cancel) => await db.WriteAsync<Done>(
        async session =>
        {
            foreach (var (refusal, leftOut) in some)
            {
                await audit.AppendAsync(session, refusal.Actor, new AuditRecord("access.refuse", "endpoint", refusal.Route)
                {
                    Outcome = AuditOutcome.Refused,
                    Reason = refusal.Code,
                    Detail = Detail(leftOut, refusal.Asked),
                });
            }

            return Done.Ok;
        },
        cancel);

    // A valid name needs no escaping.
    private static string? Detail(long leftOut, string? asked)
    {
        var repeated = leftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $"\"repeated\":{leftOut}") : null;
        var workspace = asked is null ? null : $"\"workspace\":\"{asked}\"";
        return repeated is null && workspace is null ? null : $"{{{repeated}{(repeated is null || workspace is null ? "" : ",")}{workspace}}}";
    }

    private readonly record struct Key(string Who, WorkspaceId Workspace, RouteEndpoint? Endpoint, string Code);

    private sealed record Refusal(Actor Actor, string Route, string Code, string? Asked);

    private sealed class Slot
    {
        public const long Counted = -1;
        public const long Gone = -2;

        private readonly Lock _lock = new();
        private Refusal? _last;
        private long? _at;
        private long _leftOut;
        private bool _gone;

        /// <summary>How many were left out before this one, which is to be written; or <see cref="Counted"/> or <see cref="Gone"/>.</summary>
        public long Take(Refusal refusal, TimeProvider time)
        {
            lock (_lock)
            {
                if (_gone)
                    return Gone;
                _last = refusal;
                if (_at is { } at && time.GetElapsedTime(at) < Period)
                {
                    _leftOut++;
                    return Counted;
                }

                _at = time.GetTimestamp();
                var leftOut = _leftOut;
                _leftOut = 0;
                return leftOut;
            }
        }

        /// <summary>The entry was not written: these many are not in the trail yet, and the next one is written.</summary>
        public void Reopen(long leftOut)
        {
            lock (_lock)
            {
                _at = null;
                _leftOut += leftOut;
            }
        }

        public (Refusal Last, long LeftOut)? End(bool all, TimeProvider time)
        {
            lock (_lock)
            {
                if (_gone || _last is null || (!all && _at is { } at && time.GetElapsedTime(at) < Period))
                    return null;
                _gone = true;
                return (_last, _leftOut);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Tells the trail of calls that a quota refused: at once, then at most once a minute for each workspace, kind and principal with the number
/// of those left out. In transactions of its own, for that of the refused call is undone. Thread-safe.
/// </summary>
internal sealed class QuotaRefusals(Db db, AuditLog audit, TimeProvider time, ILogger<QuotaRefusals> logger) : BackgroundService
{
    private const int Most = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(long Workspace, string Kind, string Principal), Told> _told = new();
    private readonly Channel<(Actor Actor, string Kind, long LeftOut)> _waiting = Channel.CreateBounded<(Actor, string, long)>(1000);

    /// <summary>Notes a refusal. Never waits and never fails.</summary>
    public void Note(Actor actor, string kind)
    {
        var now = time.GetUtcNow();
        if (_told.Count >= Most)
            Forget(now);
        var told = _told.GetOrAdd((actor.Workspace.Value, kind, actor.Origin?.PrincipalId ?? actor.Name), static _ => new());
        if (told.Take(now, Interval) is not { } leftOut)
            return;
        if (!_waiting.Writer.TryWrite((actor, kind, leftOut)))
            told.Missed(leftOut);
    }

    /// <summary>Writes what waits.</summary>
    public async ValueTask WriteAsync(CancellationToken cancel)
    {
        while (_waiting.Reader.TryRead(out var refusal))
        {
            var written = await db.WriteAsync<Done>(async session =>
            {
                await audit.AppendAsync(session, refusal.Actor, new AuditRecord("quota.exceed", "quota", refusal.Kind)
                {
                    Outcome = AuditOutcome.Refused,
                    Reason = Quota.Exceeded,
                    Detail = string.Create(CultureInfo.InvariantCulture, $"{{\"left_out\":{refusal.LeftOut}}}"),
                });
                return Done.Ok;
            }, cancel);
            if (written.Failure is { } failure)
                throw new InvalidOperationException(failure.Message);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            await TryWriteAsync(stoppingToken);
    }

    private async ValueTask TryWriteAsync(CancellationToken cancel)
    {
        try
        {
            await WriteAsync(cancel);
        }
        // Whatever it was, the next refusal is written: a failure here must not end the server.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.RefusalNotTold(logger, e);
        }
    }

    // Those of longer than a minute ago say nothing any more; when all are newer, all of them.
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, told) in _told)
        {
            if (told.IsOlderThan(now - Interval))
                _told.TryRemove(key, out _);
        }

        if (_told.Count >= Most)
            _told.Clear();
    }

    private sealed class Told
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _at;
        private long _leftOut;

        /// <summary>How many were left out before this one, when it is to be told; null when it is left out itself.</summary>
        public long? Take(DateTimeOffset now, TimeSpan interval)
        {
            lock (_lock)
            {
                if (now - _at < interval)
                {
                    _leftOut++;
                    return null;
                }

                var before = _leftOut;
                (_at, _leftOut) = (now, 0);
                return before;
            }
        }

        public void Missed(long leftOut)
        {
            lock (_lock)
                _leftOut += leftOut + 1;
        }

        public bool IsOlderThan(DateTimeOffset time)
        {
            lock (_lock)
                return _at < time;
        }
    }
}

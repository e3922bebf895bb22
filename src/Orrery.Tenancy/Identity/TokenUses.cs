using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Records when tokens were last used: gathered in memory and written every few seconds, at most once a minute for each.</summary>
internal sealed class TokenUses(Db db, TimeProvider time) : BackgroundService
{
    private const long Coarse = 60_000;
    private const int Most = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);

    /// <summary>Notes a use. Cheap; called for each request.</summary>
    public void Note(string tokenId)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if ((!_written.TryGetValue(tokenId, out var before) || now - before >= Coarse) && _waiting.Count < Most)
            _waiting[tokenId] = now;
    }

    /// <summary>Writes what has been noted.</summary>
    public async ValueTask WriteAsync(CancellationToken cancel)
    {
        if (_waiting.IsEmpty)
            return;
        var uses = _waiting.ToArray();
        await db.WriteAsync(
            async session =>
            {
                await TokenStore.UsedAsync(session, uses);
                return Done.Ok;
            },
            cancel);
        if (_written.Count > Most)
            _written.Clear();
        foreach (var use in uses)
        {
            _written[use.Key] = use.Value;
            _waiting.TryRemove(use);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                // They are kept for the next time.
            }
        }
    }
}

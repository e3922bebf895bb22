using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Writes refused sign-ins that a guesser can make by the thousand into the audit trail: the first of an address, subject and reason at
/// once, the others of the next minute as one entry with their count. What a name was guessed is not kept. Thread-safe.
/// </summary>
internal sealed class SignInTrail(Db db, AuditLog audit, TimeProvider time) : BackgroundService
{
    public const int Most = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(string Address, string Subject, string Reason), Noted> _noted = [];
    private readonly Lock _lock = new();

    /// <summary>Notes a refusal.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="subject">Id of the person; null when the name is nobody's.</param>
    /// <param name="reason">Told to the trail only.</param>
    /// <param name="cancel">Abandons it.</param>
    public async ValueTask NoteAsync(HttpContext context, string? subject, string reason, CancellationToken cancel)
    {
        var noted = new Noted(Callers.Unknown(context, "password"), time.GetUtcNow());
        var address = KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress);
        lock (_lock)
        {
            var key = (address, subject ?? "unknown", reason);
            // Guessers from everywhere at once are counted together.
            if (!_noted.ContainsKey(key) && _noted.Count >= Most)
                key = ("", "unknown", reason);
            if (_noted.TryGetValue(key, out var earlier))
            {
                earlier.More++;
                return;
            }

            _noted[key] = noted;
        }

        await db.WriteAsync(session => AppendAsync(session, noted.Actor, subject ?? "unknown", reason, count: 1), cancel);
    }

    /// <summary>Writes how many came after those that were written at once, when their minute is over.</summary>
    public async ValueTask WriteAsync(CancellationToken cancel)
    {
        List<KeyValuePair<(string Address, string Subject, string Reason), Noted>> over;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            over = [.. _noted.Where(one => now - one.Value.At >= Window)];
            foreach (var one in over)
                _noted.Remove(one.Key);
        }

        var several = over.Where(static one => one.Value.More > 0).ToList();
        if (several.Count == 0)
            return;
        await db.WriteAsync<Done>(
            async session =>
            {
                foreach (var (key, noted) in several)
                    await AppendAsync(session, noted.Actor, key.Subject, key.Reason, noted.More);
                return Done.Ok;
            },
            cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Window, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                // The first of each is in the trail.
            }
        }
    }

    private async ValueTask<Result<Done>> AppendAsync(DbSession session, Actor actor, string subject, string reason, long count)
    {
        await audit.AppendAsync(session, actor, new("principal.sign-in", "principal", subject)
        {
            Outcome = AuditOutcome.Refused,
            Reason = reason,
            Detail = $$"""{"count":{{count.ToString(CultureInfo.InvariantCulture)}}}""",
        });
        return Done.Ok;
    }

    private sealed record Noted(Actor Actor, DateTimeOffset At)
    {
        public long More { get; set; }
    }
}

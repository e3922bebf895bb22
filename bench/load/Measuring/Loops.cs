using System.Diagnostics;

namespace Orrery.Load;

/// <summary>The two ways to load a server with one operation.</summary>
internal sealed class Loops(Crowd crowd, ProcessorMeter meter)
{
    /// <summary>Closed: each connection sends its next request when it has the answer to the last. Says what the server can do.</summary>
    public Measurement Closed(Operation operation, TimeSpan duration, int? count = null)
    {
        var left = count ?? int.MaxValue;
        return Measure((connection, tally) =>
        {
            var end = Monotonic.Now + Monotonic.Ticks(duration);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var began = Monotonic.Now;
                if (count is null && began >= end)
                    return;
                tally.Add(operation.Exchange(connection, operation.Next()), began);
            }
        });
    }

    /// <summary>
    /// Open: requests are due at even intervals whether the server keeps up or not, and a request's time runs from when it was
    /// due. So a stall is felt by all whom it would have kept waiting (no coordinated omission).
    /// </summary>
    public Measurement Open(Operation operation, TimeSpan duration, double perSecond)
    {
        var start = Monotonic.Now;
        var interval = Stopwatch.Frequency / perSecond;
        var total = (long)Math.Ceiling(perSecond * duration.TotalSeconds);
        var sent = -1L;
        return Measure((connection, tally) =>
        {
            for (var number = Interlocked.Increment(ref sent); number < total; number = Interlocked.Increment(ref sent))
            {
                var due = start + (long)(number * interval);
                if (due > Monotonic.Now)
                    Monotonic.SleepUntil(due);
                tally.Add(operation.Exchange(connection, operation.Next()), due);
            }
        });
    }

    private Measurement Measure(Action<Connection, Tally> loop)
    {
        var tallies = Enumerable.Range(0, crowd.Size).Select(static _ => new Tally()).ToArray();
        var (sent, received) = (crowd.Sent, crowd.Received);
        var used = meter.Read();
        var began = Monotonic.Now;
        crowd.Run(connection => loop(connection, tallies[connection.Number]));
        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(
            elapsed,
            new Latencies(tallies.SelectMany(static t => t.Latencies)),
            tallies.Sum(static t => t.Failed),
            tallies.Select(static t => t.FirstFailure).FirstOrDefault(static f => f is not null),
            meter.Read() - used,
            crowd.Sent - sent,
            crowd.Received - received);
    }

    private sealed class Tally
    {
        public List<long> Latencies { get; } = new(64 * 1024);

        public int Failed { get; private set; }

        public string? FirstFailure { get; private set; }

        public void Add(Answer answer, long began)
        {
            if (answer.Succeeded)
            {
                Latencies.Add(Monotonic.Now - began);
                return;
            }

            Failed++;
            FirstFailure ??= $"{answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}";
        }
    }
}

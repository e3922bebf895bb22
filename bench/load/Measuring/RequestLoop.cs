using System.Diagnostics;

namespace Orrery.Load;

/// <summary>Sends ready-made requests over some connections, a thread each: one after another, or at a rate.</summary>
internal static class RequestLoop
{
    /// <summary>Sends for a while.</summary>
    /// <param name="port">On this machine.</param>
    /// <param name="requests">Taken in turn.</param>
    /// <param name="duration">How long.</param>
    /// <param name="connections">How many threads.</param>
    /// <param name="size">Bytes of the largest answer's body.</param>
    /// <param name="perSecond">
    /// Requests a second over all connections, on a fixed schedule: a late answer does not put off the next request's time, and each is measured from when it was
    /// due. Null to send as fast as answers come.
    /// </param>
    public static Latencies Run(int port, byte[][] requests, TimeSpan duration, int connections, out int size, double? perSecond = null)
    {
        var times = Enumerable.Range(0, connections).Select(static _ => new List<long>(1 << 16)).ToArray();
        var sizes = new int[connections];
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var step = perSecond is { } rate ? Stopwatch.Frequency * connections / rate : 0;
        var threads = Enumerable.Range(0, connections).Select(number => new Thread(() =>
        {
            using var connection = new Connection(number, port);
            for (var at = 0; ; at++)
            {
                var due = step > 0 ? start + (long)(step * (at + ((double)number / connections))) : Stopwatch.GetTimestamp();
                if (due >= end)
                    return;
                Wait(due);
                var answer = connection.Send(requests[(at + (number * 7)) % requests.Length]);
                if (!answer.Succeeded)
                    throw new InvalidOperationException(answer.Text);
                sizes[number] = Math.Max(sizes[number], answer.Body.Length);
                times[number].Add(Stopwatch.GetTimestamp() - due);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        size = sizes.Max();
        return new(times.SelectMany(static one => one));
    }

    // A thread of its own, which has nothing else to do; spinning would take the server's core. Sleeping is not finer than some 60 microseconds.
    private static void Wait(long due)
    {
#pragma warning disable RS0030
        while (due - Stopwatch.GetTimestamp() is var left && left > 0)
            Thread.Sleep(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
#pragma warning restore RS0030
    }
}

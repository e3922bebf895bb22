using System.Diagnostics;
using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.AuditBench;

/// <summary>64 writers, each with one transaction under way at a time, as many requests at once would have.</summary>
internal sealed class Crowd(Db db, AuditLog log, int rows)
{
    private const int Writers = 64;

    private static readonly Actor Someone = new(WorkspaceId.Default, "default", "someone")
    {
        Origin = new() { PrincipalId = "usr_0123456789abcdefghijkl", Method = "token", TokenId = "tok_1", Address = "192.0.2.7", RequestId = "0123456789abcdef" },
    };

    private long _next;

    /// <returns>Writes a second.</returns>
    public async Task<double> RunAsync(bool audited, TimeSpan length)
    {
        var time = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            var count = 0L;
            for (; time.Elapsed < length; count++)
                await WriteAsync(audited);
            return count;
        })));
        return counts.Sum() / time.Elapsed.TotalSeconds;
    }

    /// <summary>Waits until nothing waits to be sealed.</summary>
    public async Task DrainAsync()
    {
        while (await db.ReadAsync(WriteStore.WaitingAsync, CancellationToken.None) > 0)
            await Task.Delay(20);
    }

    private async Task WriteAsync(bool audited)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"0123456789abcdef{Environment.TickCount64:x12}{Interlocked.Increment(ref _next):x12}");
        await db.WriteAsync<Done>(async session =>
        {
            for (var row = 0; row < rows; row++)
                await WriteStore.AddAsync(session, id, row);
            if (audited)
                await log.AppendAsync(session, Someone, new("run.create", "run", id) { After = new byte[32] });
            return Done.Ok;
        }, CancellationToken.None);
    }
}

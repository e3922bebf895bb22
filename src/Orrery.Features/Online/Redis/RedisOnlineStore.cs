using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Kernel;
using StackExchange.Redis;

namespace Orrery.Features;

/// <summary>
/// The online store in Redis (<see cref="RedisNames"/> has the layout). What is durable is what Redis makes so (<c>appendfsync</c>).
/// Values are not trusted: <see cref="RowReader"/> checks them.
/// </summary>
internal sealed class RedisOnlineStore(RedisLink link, RedisOptions options) : IOnlineStore
{
    private const int RowsPerScript = 256;
    private const int ScriptsAtOnce = 8;
    private const int KeysPerScan = 1_000;

    private readonly ConcurrentDictionary<OnlineTable, byte[]> _prefixes = new();

    /// <summary>Connects; when Redis is away it goes on trying.</summary>
    public Task StartAsync() => link.StartAsync();

    public async ValueTask<Result<Done>> ReadAsync(OnlineTable table, ReadOnlyMemory<byte[]> keys, Memory<OnlineRow> rows, CancellationToken cancel)
    {
        var prefix = Prefix(table);
        var names = new RedisKey[keys.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = RedisNames.Key(prefix, keys.Span[i]);
        if ((await link.AskAsync(database => database.StringGetAsync(names), options.ReadTimeout, cancel)).Failed(out var failure, out var values))
            return failure;
        for (var i = 0; i < values.Length; i++)
            rows.Span[i] = RedisNames.Row(values[i]);
        return Done.Ok;
    }

    public async ValueTask<Result<int>> WriteAsync(OnlineTable table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal, CancellationToken cancel)
    {
        var prefix = Prefix(table);
        var counts = RedisNames.Counts(table);
        var taken = 0L;
        foreach (var batch in writes.Chunk(RowsPerScript * ScriptsAtOnce))
        {
            var scripts = batch.Chunk(RowsPerScript).Select(part =>
            {
                RedisKey[] keys = [counts, .. part.Select(write => (RedisKey)RedisNames.Key(prefix, write.Key))];
                RedisValue[] values = [.. part.Select(write => (RedisValue)RedisNames.Value(write.Row)), equal is EqualTimes.Keep ? "keep" : "replace"];
                return (keys, values);
            }).ToArray();
            var asked = await link.AskAsync(
                database => Task.WhenAll(scripts.Select(script => RedisScript.Set.RunAsync(database, script.keys, script.values))), options.WriteTimeout, cancel);
            if (asked.Failed(out var failure, out var counted))
                return failure;
            taken += counted.Sum();
        }

        return (int)taken;
    }

    public async ValueTask<Result<int>> DeleteAsync(OnlineTable table, IReadOnlyList<byte[]> keys, CancellationToken cancel)
    {
        var prefix = Prefix(table);
        var deleted = 0L;
        foreach (var part in keys.Chunk(RowsPerScript))
        {
            if ((await DeleteAsync(table, [.. part.Select(key => (RedisKey)RedisNames.Key(prefix, key))], before: null, cancel)).Failed(out var failure, out var count))
                return failure;
            deleted += count;
        }

        return (int)deleted;
    }

    // What Redis keeps on disk is rewritten when its own settings say so.
    public ValueTask<Result<Done>> RewriteAsync(CancellationToken cancel) => new(Done.Ok);

    public async IAsyncEnumerable<Result<List<OnlineWrite>>> ScanAsync(OnlineTable table, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = Prefix(table);
        await foreach (var page in NamesAsync(table, cancel))
        {
            if (page.Failed(out var failure, out var names))
            {
                yield return failure;
                yield break;
            }

            if ((await link.AskAsync(database => database.StringGetAsync(names), options.WriteTimeout, cancel)).Failed(out failure, out var values))
            {
                yield return failure;
                yield break;
            }

            var rows = names.Zip(values, (key, value) => new OnlineWrite(((byte[])key!)[prefix.Length..], RedisNames.Row(value)));
            yield return rows.Where(static row => row.Row.Exists).ToList();
        }
    }

    public ValueTask<Result<long>> ExpireAsync(OnlineTable table, long beforeMicroseconds, CancellationToken cancel)
    {
        var moment = new byte[8];
        RedisNames.WriteMoment(moment, beforeMicroseconds);
        return SweepAsync(table, moment, cancel);
    }

    public async ValueTask<Result<Done>> DropAsync(OnlineTable table, CancellationToken cancel)
    {
        if ((await SweepAsync(table, before: null, cancel)).Failed(out var failure, out _))
            return failure;
        var counts = RedisNames.Counts(table);
        return (await link.AskAsync(database => database.KeyDeleteAsync(counts), options.WriteTimeout, cancel)).Failed(out failure, out _) ? failure : Done.Ok;
    }

    public async ValueTask<Result<OnlineSize>> SizeAsync(OnlineTable table, CancellationToken cancel)
    {
        var counts = RedisNames.Counts(table);
        if ((await link.AskAsync(database => database.HashGetAsync(counts, ["rows", "bytes"]), options.ReadTimeout, cancel)).Failed(out var failure, out var values))
            return failure;
        return new OnlineSize(Number(values[0]), Number(values[1]));
    }

    public ValueTask DisposeAsync() => link.DisposeAsync();

    private static long Number(RedisValue value) => value.TryParse(out long number) ? number : 0;

    private byte[] Prefix(OnlineTable table) => _prefixes.GetOrAdd(table, RedisNames.Prefix);

    private async ValueTask<Result<long>> DeleteAsync(OnlineTable table, IReadOnlyList<RedisKey> names, byte[]? before, CancellationToken cancel)
    {
        RedisKey[] keys = [RedisNames.Counts(table), .. names];
        RedisValue[] values = before is null ? [] : [before];
        return await link.AskAsync(database => RedisScript.Delete.RunAsync(database, keys, values), options.WriteTimeout, cancel);
    }

    /// <summary>Walks over all rows of a table and deletes them, or those before a moment.</summary>
    private async ValueTask<Result<long>> SweepAsync(OnlineTable table, byte[]? before, CancellationToken cancel)
    {
        var deleted = 0L;
        await foreach (var page in NamesAsync(table, cancel))
        {
            if (page.Failed(out var failure, out var names))
                return failure;
            if ((await DeleteAsync(table, names, before, cancel)).Failed(out failure, out var count))
                return failure;
            deleted += count;
        }

        return deleted;
    }

    /// <summary>Names of all rows of a table; some may come twice.</summary>
    private async IAsyncEnumerable<Result<RedisKey[]>> NamesAsync(OnlineTable table, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pattern = Encoding.UTF8.GetString(Prefix(table)) + "*";
        var cursor = "0";
        do
        {
            var from = cursor;
            var asked = await link.AskAsync(
                database => database.ExecuteAsync("SCAN", from, "MATCH", pattern, "COUNT", KeysPerScan.ToString(CultureInfo.InvariantCulture)), options.WriteTimeout, cancel);
            if (asked.Failed(out var failure, out var answer))
            {
                yield return failure;
                yield break;
            }

            var parts = (RedisResult[])answer!;
            cursor = (string)parts[0]!;
            foreach (var part in ((RedisKey[])parts[1]!).Chunk(RowsPerScript))
                yield return part;
        }
        while (cursor != "0");
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration.Features.Online;

public sealed class MemoryOnlineStoreTests : IDisposable
{
    private const long Plenty = 1L << 30;
    private static readonly OnlineTable Table = new(new WorkspaceId(1), "default", "view", 1);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-online-").FullName;
    private readonly FeatureMetrics _metrics = new();

    public void Dispose()
    {
        _metrics.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_the_log_is_torn_at_every_byte()
    {
        var lengths = new List<(long Bytes, int Rows)>();
        await using (var store = Open())
        {
            for (var row = 1; row <= 5; row++)
            {
                Assert.True((await store.WriteAsync(Table, [Write(row, at: row)], Cancel)).Succeeded);
                lengths.Add((LogBytes(), row));
            }
        }

        var whole = await File.ReadAllBytesAsync(Log, Cancel);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            await File.WriteAllBytesAsync(Log, whole.AsMemory(0, cut), Cancel);
            var expected = lengths.LastOrDefault(one => one.Bytes <= cut).Rows;
            await using (var store = Open())
            {
                Assert.Equal(expected, (await store.SizeAsync(Table, Cancel)).Value.Rows);
                Assert.Equal(1, (await store.WriteAsync(Table, [Write(99, at: 1)], Cancel)).Value);
            }

            await using (var again = Open())
                Assert.Equal(expected + 1, (await again.SizeAsync(Table, Cancel)).Value.Rows);
        }
    }

    [Fact]
    public async Task A_changed_byte_ends_the_log_there_and_nothing_wrong_is_served()
    {
        await using (var store = Open())
        {
            for (var row = 1; row <= 3; row++)
                await store.WriteAsync(Table, [Write(row, at: row)], Cancel);
        }

        var whole = await File.ReadAllBytesAsync(Log, Cancel);
        for (var at = 24; at < whole.Length; at += 3)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0x40;
            await File.WriteAllBytesAsync(Log, changed, Cancel);
            await using var store = Open();
            for (var row = 1; row <= 3; row++)
            {
                var read = await ReadAsync(store, row);
                Assert.True(!read.Exists || read.Blob.AsSpan().SequenceEqual(Write(row, at: row).Row.Blob));
            }
        }
    }

    [Fact]
    public async Task Snapshots_let_old_logs_go_and_lose_nothing_while_writes_go_on()
    {
        var random = new Random(5);
        var expected = new Dictionary<int, long>();
        await using (var store = Open(rotation: 4_096))
        {
            for (var round = 0; round < 300; round++)
            {
                var key = random.Next(60);
                if (random.Next(10) == 0)
                {
                    await store.DeleteAsync(Table, [Key(key)], Cancel);
                    expected.Remove(key);
                    continue;
                }

                var at = random.Next(1_000);
                await store.WriteAsync(Table, [Write(key, at)], Cancel);
                expected[key] = expected.TryGetValue(key, out var stored) ? Math.Max(stored, at) : at;
            }
        }

        Assert.Single(Directory.GetFiles(_folder, "snapshot-*"));
        Assert.InRange(Directory.GetFiles(_folder, "log-*").Length, 1, 2);
        await using var again = Open();
        Assert.Equal(expected.Count, (await again.SizeAsync(Table, Cancel)).Value.Rows);
        foreach (var (key, at) in expected)
            Assert.Equal(at, (await ReadAsync(again, key)).EventTime);
    }

    [Fact]
    public async Task A_full_store_refuses_the_whole_write_and_takes_smaller_ones()
    {
        await using var store = Open(limit: 10 * (MemoryTable.RowOverhead + 200));
        var refused = await store.WriteAsync(Table, [.. Enumerable.Range(0, 50).Select(row => Write(row, at: 1))], Cancel);
        Assert.Equal("features.online_full", refused.Failure!.Code);
        Assert.Equal(0, (await store.SizeAsync(Table, Cancel)).Value.Rows);

        Assert.Equal(5, (await store.WriteAsync(Table, [.. Enumerable.Range(0, 5).Select(row => Write(row, at: 1))], Cancel)).Value);
        Assert.Equal(5, (await store.WriteAsync(Table, [.. Enumerable.Range(0, 5).Select(row => Write(row, at: 2))], Cancel)).Value);
    }

    [Fact]
    public async Task A_dropped_table_stays_dropped_and_may_be_made_again()
    {
        await using (var store = Open())
        {
            await store.WriteAsync(Table, [Write(1, at: 5), Write(2, at: 5)], Cancel);
            Assert.True((await store.DropAsync(Table, Cancel)).Succeeded);
            Assert.False((await ReadAsync(store, 1)).Exists);
            await store.WriteAsync(Table, [Write(1, at: 3)], Cancel);
        }

        await using var again = Open();
        Assert.Equal(3, (await ReadAsync(again, 1)).EventTime);
        Assert.Equal(1, (await again.SizeAsync(Table, Cancel)).Value.Rows);
    }

    [Fact]
    public async Task Only_one_process_has_the_folder()
    {
        await using var store = Open();
        var second = MemoryOnlineStore.Open(_folder, Plenty, Plenty, _metrics, NullLogger.Instance);
        Assert.Equal("features.online_unavailable", second.Failure!.Code);
        Assert.Contains("--redis", second.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_told_and_not_served()
    {
        await using (var store = Open(rotation: 512))
        {
            for (var row = 0; row < 40; row++)
                await store.WriteAsync(Table, [Write(row, at: 1)], Cancel);
        }

        var snapshot = Assert.Single(Directory.GetFiles(_folder, "snapshot-*"));
        var bytes = await File.ReadAllBytesAsync(snapshot, Cancel);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(snapshot, bytes, Cancel);
        var opened = MemoryOnlineStore.Open(_folder, Plenty, Plenty, _metrics, NullLogger.Instance);
        Assert.Contains("is damaged", opened.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_equal_times_replaces_or_leaves_what_is_there_also_after_the_log_is_read()
    {
        OnlineWrite At(byte value) => new(Key(1), new OnlineRow(5, 7, [value]));
        await using (var store = Open())
        {
            Assert.Equal(1, (await store.WriteAsync(Table, [At(1)], EqualTimes.Keep, Cancel)).Value);
            Assert.Equal(0, (await store.WriteAsync(Table, [At(2)], EqualTimes.Keep, Cancel)).Value);
            Assert.Equal([1], (await ReadAsync(store, 1)).Blob!);
            Assert.Equal(1, (await store.WriteAsync(Table, [At(3)], EqualTimes.Replace, Cancel)).Value);
            Assert.Equal(0, (await store.WriteAsync(Table, [At(4)], EqualTimes.Keep, Cancel)).Value);
        }

        await using var again = Open();
        Assert.Equal([3], (await ReadAsync(again, 1)).Blob!);
    }

    [Fact]
    public async Task What_was_deleted_is_in_no_file_after_a_rewrite_while_writes_go_on()
    {
        var secret = "an entity's own value"u8.ToArray();
        await using (var store = Open())
        {
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(async () =>
            {
                for (var row = 100; !stop.IsCancellationRequested; row++)
                    await store.WriteAsync(Table, [Write(row % 1_000 + 100, at: row)], Cancel);
            }, Cancel);
            for (var round = 0; round < 5; round++)
            {
                await store.WriteAsync(Table, [new(secret, new OnlineRow(round, 0, secret)), Write(1, at: 7)], Cancel);
                Assert.True((await store.DeleteAsync(Table, [secret], Cancel)).Value == 1);
                var both = await Task.WhenAll(store.RewriteAsync(Cancel).AsTask(), store.RewriteAsync(Cancel).AsTask());
                Assert.All(both, static one => Assert.True(one.Succeeded, one.Failure?.Message));
                Assert.All(Directory.GetFiles(_folder, "*-*"), file => Assert.Equal(-1, ReadShared(file).AsSpan().IndexOf(secret)));
            }

            await stop.CancelAsync();
            await writing;
        }

        await using var again = Open();
        Assert.Equal(7, (await ReadAsync(again, 1)).EventTime);
        Assert.InRange((await again.SizeAsync(Table, Cancel)).Value.Rows, 2, 1_001);
    }

    [Fact]
    public async Task A_scan_has_every_row()
    {
        await using var store = Open();
        await store.WriteAsync(Table, [.. Enumerable.Range(0, 2_500).Select(row => Write(row, at: 1))], Cancel);
        var found = new HashSet<int>();
        await foreach (var page in store.ScanAsync(Table, Cancel))
            found.UnionWith(page.Value.Select(static one => BitConverter.ToInt32(one.Key)));

        Assert.Equal(2_500, found.Count);
    }

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_keeps_what_there_was()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 4);
        await using (var store = MemoryOnlineStore.Open(Path.Combine(disk.Folder, "online"), Plenty, Plenty, _metrics, NullLogger.Instance).Value)
        {
            Assert.True((await store.WriteAsync(Table, [Write(1, at: 1)], Cancel)).Succeeded);
            var big = new OnlineWrite(Key(2), new OnlineRow(1, 1, new byte[8 << 20]));
            Assert.Equal("features.online_disk", (await store.WriteAsync(Table, [big], Cancel)).Failure!.Code);
            Assert.False((await ReadAsync(store, 2)).Exists);
            Assert.True((await store.WriteAsync(Table, [Write(3, at: 1)], Cancel)).Succeeded);
        }

        await using var again = MemoryOnlineStore.Open(Path.Combine(disk.Folder, "online"), Plenty, Plenty, _metrics, NullLogger.Instance).Value;
        Assert.Equal(2, (await again.SizeAsync(Table, Cancel)).Value.Rows);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private string Log => Assert.Single(Directory.GetFiles(_folder, "log-*"));

    private long LogBytes() => new FileInfo(Log).Length;

    private MemoryOnlineStore Open(long limit = Plenty, long rotation = Plenty) =>
        MemoryOnlineStore.Open(_folder, limit, rotation, _metrics, NullLogger.Instance).Value;

    private static byte[] Key(int row) => BitConverter.GetBytes(row);

    private static OnlineWrite Write(int row, long at) => new(Key(row), new OnlineRow(at, long.MinValue, [1, 2, 3, (byte)row, (byte)at]));

    private static async Task<OnlineRow> ReadAsync(MemoryOnlineStore store, int row)
    {
        var rows = new OnlineRow[1];
        Assert.True((await store.ReadAsync(Table, new[] { Key(row) }, rows, Cancel)).Succeeded);
        return rows[0];
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration.Features.Online;

/// <summary>The scripts of the online store in Redis.</summary>
public sealed class RedisOnlineStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly OnlineTable _table = new(new WorkspaceId(77), "default", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("D"), 1);
    private RedisOnlineStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new RedisOptions { ConnectionString = (await RedisServer.SharedAsync()).Address };
        _store = new(new RedisLink(options.Parse()!, TimeProvider.System, NullLogger.Instance), options);
        await _store.StartAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_row_of_equal_times_replaces_or_leaves_what_is_there()
    {
        OnlineWrite At(byte value, long at = 5, long created = 7) => new([1], new OnlineRow(at, created, [value]));

        Assert.Equal(1, await WriteAsync(At(1), EqualTimes.Keep));
        Assert.Equal(0, await WriteAsync(At(2), EqualTimes.Keep));
        Assert.Equal(1, await ValueAsync());
        Assert.Equal(1, await WriteAsync(At(3), EqualTimes.Replace));
        Assert.Equal(0, await WriteAsync(At(4), EqualTimes.Keep));
        Assert.Equal(3, await ValueAsync());
        Assert.Equal(0, await WriteAsync(At(5, created: 6), EqualTimes.Keep));
        Assert.Equal(0, await WriteAsync(At(5, at: 4, created: 9), EqualTimes.Replace));
        Assert.Equal(1, await WriteAsync(At(6, created: 8), EqualTimes.Keep));
        Assert.Equal(1, await WriteAsync(At(7, at: 6, created: long.MinValue), EqualTimes.Keep));
        Assert.Equal(7, await ValueAsync());
        Assert.Equal((1L, 17L), await SizeAsync());
    }

    [Fact]
    public async Task Of_many_in_one_script_each_is_kept_or_taken_by_itself()
    {
        OnlineWrite At(int row, byte value) => new(BitConverter.GetBytes(row), new OnlineRow(5, 7, [value]));
        Assert.Equal(600, await WriteAsync([.. Enumerable.Range(0, 600).Select(row => At(row, 1))], EqualTimes.Keep));

        Assert.Equal(100, await WriteAsync([.. Enumerable.Range(0, 700).Select(row => At(row, 2))], EqualTimes.Keep));

        var found = new Dictionary<int, byte>();
        await foreach (var page in _store.ScanAsync(_table, Cancel))
        {
            foreach (var (key, row) in page.Value)
                found[BitConverter.ToInt32(key)] = row.Blob![0];
        }

        Assert.Equal(Enumerable.Range(0, 700), found.Keys.Order());
        Assert.All(found, static one => Assert.Equal(one.Key < 600 ? 1 : 2, one.Value));
        Assert.Equal((700L, 700 * 17L), await SizeAsync());
    }

    private Task<int> WriteAsync(OnlineWrite write, EqualTimes equal) => WriteAsync([write], equal);

    private async Task<int> WriteAsync(OnlineWrite[] writes, EqualTimes equal) => (await _store.WriteAsync(_table, writes, equal, Cancel)).Value;

    private async Task<int> ValueAsync()
    {
        var rows = new OnlineRow[1];
        Assert.True((await _store.ReadAsync(_table, new byte[][] { [1] }, rows, Cancel)).Succeeded);
        return Assert.Single(rows[0].Blob!);
    }

    private async Task<(long, long)> SizeAsync() => (await _store.SizeAsync(_table, Cancel)).Value is var size ? (size.Rows, size.Bytes) : default;
}

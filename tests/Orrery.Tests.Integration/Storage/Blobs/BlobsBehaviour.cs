using System.Security.Cryptography;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What every blob store promises.</summary>
public abstract class BlobsBehaviour : IAsyncLifetime
{
    private const int Large = 70 * 1024 * 1024;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IBlobs Blobs { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Blobs = await OpenStoreAsync();

    public async ValueTask DisposeAsync()
    {
        (Blobs as IDisposable)?.Dispose();
        await CloseStoreAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(16 * 1024 * 1024 - 1)]
    [InlineData(16 * 1024 * 1024)]
    [InlineData(16 * 1024 * 1024 + 1)]
    [InlineData(Large)]
    public async Task A_blob_comes_back_as_it_was_put(int size)
    {
        var put = await Blobs.PutAsync("runs/1/model.onnx", new Bytes(size), Cancel);

        Assert.Equal(new("runs/1/model.onnx", size, Bytes.Sha256(size)), put);
        Assert.Equal(size, (await Blobs.HeadAsync("runs/1/model.onnx", Cancel))?.Size);
        await using var read = await Blobs.OpenAsync("runs/1/model.onnx", range: null, Cancel);
        Assert.NotNull(read);
        Assert.Equal((size, 0, size, false), (read.Total, read.Offset, read.Count, read.BeyondEnd));
        Assert.Equal(put.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(read.Stream, Cancel)));
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        await PutAsync("here/file", 3);

        Assert.Null(await Blobs.OpenAsync("missing", range: null, Cancel));
        Assert.Null(await Blobs.OpenAsync("missing/deeper", BlobRange.From(1), Cancel));
        Assert.Null(await Blobs.OpenAsync("here", range: null, Cancel));
        Assert.Null(await Blobs.OpenAsync("here/file/deeper", range: null, Cancel));
        Assert.Null(await Blobs.HeadAsync("missing", Cancel));
        Assert.Null(await Blobs.HeadAsync("here", Cancel));
        Assert.Null(await Blobs.CopyAsync("missing", "to", Cancel));
        Assert.Null(await Blobs.HeadAsync("to", Cancel));
    }

    [Theory]
    [InlineData(0, 1L, 0, 1)]
    [InlineData(0, 100L, 0, 100)]
    [InlineData(40, 20L, 40, 20)]
    [InlineData(99, 1L, 99, 1)]
    [InlineData(90, 50L, 90, 10)]
    [InlineData(90, long.MaxValue, 90, 10)]
    [InlineData(60, null, 60, 40)]
    public async Task A_range_is_that_part(long offset, long? count, int expectedOffset, int expectedCount)
    {
        RequireWholeServer("correct ranges");
        await PutAsync("blob", 100);

        var read = await Blobs.OpenAsync("blob", BlobRange.From(offset, count), Cancel);

        Assert.Equal((100, expectedOffset, expectedCount), (read?.Total, read?.Offset, read?.Count));
        Assert.Equal(Bytes.Whole(100)[expectedOffset..(expectedOffset + expectedCount)], await Bytes.ReadAllAsync(read, Cancel));
    }

    [Theory]
    [InlineData(10, 90, 10)]
    [InlineData(100, 0, 100)]
    [InlineData(1000, 0, 100)]
    public async Task A_suffix_range_is_the_end(long suffix, int expectedOffset, int expectedCount)
    {
        RequireWholeServer("suffix ranges");
        await PutAsync("blob", 100);

        var read = await Blobs.OpenAsync("blob", BlobRange.Last(suffix), Cancel);

        Assert.Equal((100, expectedOffset, expectedCount), (read?.Total, read?.Offset, read?.Count));
        Assert.Equal(Bytes.Whole(100)[expectedOffset..], await Bytes.ReadAllAsync(read, Cancel));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 1_000_000)]
    [InlineData(0, 0)]
    public async Task A_range_beyond_the_end_says_so(int size, long offset)
    {
        RequireWholeServer("correct ranges");
        await PutAsync("blob", size);

        var read = await Blobs.OpenAsync("blob", BlobRange.From(offset), Cancel);

        Assert.Equal((size, 0, true), (read?.Total, read?.Count, read?.BeyondEnd));
        Assert.Empty(await Bytes.ReadAllAsync(read, Cancel));
    }

    [Fact]
    public async Task A_reader_finishes_what_it_opened_while_the_blob_is_replaced_and_deleted()
    {
        RequireWholeServer("atomic replacement");
        const int size = 1_000_000;
        await Blobs.PutAsync("blob", new Bytes(size, seed: 1), Cancel);
        var old = await Blobs.OpenAsync("blob", range: null, Cancel);

        await Blobs.PutAsync("blob", new Bytes(size, seed: 2), Cancel);
        var replaced = await Blobs.OpenAsync("blob", range: null, Cancel);
        await Blobs.DeleteAsync("blob", Cancel);

        Assert.Equal(Bytes.Whole(size, seed: 1), await Bytes.ReadAllAsync(old, Cancel));
        Assert.Equal(Bytes.Whole(size, seed: 2), await Bytes.ReadAllAsync(replaced, Cancel));
    }

    [Fact]
    public async Task Of_concurrent_puts_of_one_key_one_wins_whole()
    {
        RequireWholeServer("atomic concurrent puts");
        const int size = 300_000;
        byte[] seeds = [1, 2, 3, 4, 5, 6, 7, 8];

        await Task.WhenAll(seeds.Select(seed => Blobs.PutAsync("a/b/blob", new Bytes(size, seed), Cancel).AsTask()));

        var won = await Bytes.ReadAllAsync(await Blobs.OpenAsync("a/b/blob", range: null, Cancel), Cancel);
        Assert.Contains(seeds, seed => won.AsSpan().SequenceEqual(Bytes.Whole(size, seed)));
        await AssertNothingUnfinishedAsync();
    }

    [Fact]
    public async Task Puts_and_deletes_in_one_folder_do_not_disturb_each_other()
    {
        RequireWholeServer("safe concurrent deletes");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(ChurnAsync));

        Assert.Equal(Enumerable.Range(0, 8).Select(number => $"deep/er/folder/{number}"), await KeysAsync(""));

        async Task ChurnAsync(int number)
        {
            for (var round = 0; round < 25; round++)
            {
                await Blobs.DeleteAsync($"deep/er/folder/{number}", Cancel);
                await PutAsync($"deep/er/folder/{number}", 10);
            }
        }
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(Large)]
    public async Task A_cancelled_put_leaves_nothing(int size)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var content = new Bytes(size) { Reading = position => { if (position > size / 2) stop.Cancel(); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Blobs.PutAsync("x/blob", content, stop.Token).AsTask());

        Assert.Null(await Blobs.HeadAsync("x/blob", Cancel));
        await AssertNothingUnfinishedAsync();
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(Large)]
    public async Task A_put_whose_source_breaks_leaves_the_old_blob(int size)
    {
        await PutAsync("x/blob", 5);
        var content = new Bytes(size) { Reading = position => { if (position > size / 2) throw new EndOfStreamException("broken off"); } };

        await Assert.ThrowsAsync<EndOfStreamException>(() => Blobs.PutAsync("x/blob", content, Cancel).AsTask());

        Assert.Equal(Bytes.Whole(5), await Bytes.ReadAllAsync(await Blobs.OpenAsync("x/blob", range: null, Cancel), Cancel));
        await AssertNothingUnfinishedAsync();
    }

    [Fact]
    public async Task Lists_are_in_the_order_of_whole_keys()
    {
        RequireWholeServer("ordered lists");
        string[] keys = ["a", "b/1", "b/10", "b/2/x", "b/2/y/z", "b-1", "b.txt", "b0", "bé", "c"];
        foreach (var key in keys)
            await PutAsync(key, 1);

        Assert.Equal(["a", "b-1", "b.txt", "b/1", "b/10", "b/2/x", "b/2/y/z", "b0", "bé", "c"], await KeysAsync(""));
        Assert.Equal(["b/1", "b/10", "b/2/x", "b/2/y/z"], await KeysAsync("b/"));
        Assert.Equal(["b/1", "b/10"], await KeysAsync("b/1"));
        Assert.Equal(["b/2/x", "b/2/y/z"], await KeysAsync("b/2"));
        Assert.Empty(await KeysAsync("b/3"));
        Assert.Empty(await KeysAsync("nowhere/at/all"));
        Assert.Empty(await KeysAsync("a/"));
    }

    [Fact]
    public async Task A_folder_is_listed_one_level_deep()
    {
        foreach (var key in (string[])["b/2/x", "b/2/y/z", "b/1", "b/2.txt", "a"])
            await PutAsync(key, 7);

        Assert.Equal([new("a", 7), new("b", null)], await FolderAsync(""));
        Assert.Equal([new("b/1", 7), new("b/2.txt", 7), new("b/2", null)], await FolderAsync("b/"));
        Assert.Empty(await FolderAsync("c/"));
        Assert.Empty(await FolderAsync("a/"));
    }

    [Fact]
    public async Task Many_blobs_are_listed_and_deleted()
    {
        RequireWholeServer("safe concurrent puts");
        const int count = 35;
        await Parallel.ForAsync(0, count, Cancel, async (number, _) => await PutAsync($"many/{number:D5}", 0));
        await PutAsync("many-not/1", 1);

        Assert.Equal(Enumerable.Range(0, count).Select(number => $"many/{number:D5}"), await KeysAsync("many/"));
        Assert.Equal(count, await Blobs.DeletePrefixAsync("many/", Cancel));

        Assert.Equal(["many-not/1"], await KeysAsync(""));
        Assert.Equal(0, await Blobs.DeletePrefixAsync("many/", Cancel));
    }

    [Fact]
    public async Task A_deletion_can_be_repeated()
    {
        await PutAsync("a/b/c", 1);
        await PutAsync("a/d", 1);

        await Blobs.DeleteAsync("a/b/c", Cancel);
        await Blobs.DeleteAsync("a/b/c", Cancel);
        await Blobs.DeleteAsync("never/was", Cancel);

        Assert.Equal(["a/d"], await KeysAsync(""));
        await PutAsync("a/b", 1);
        Assert.Equal(["a/b", "a/d"], await KeysAsync(""));
    }

    [Fact]
    public async Task A_copy_is_a_blob_of_its_own()
    {
        RequireWholeServer("copies with an encoded source");
        await PutAsync("from", 1000);
        await PutAsync("b/to", 3);

        Assert.Equal(1000, (await Blobs.CopyAsync("from", "b/to", Cancel))?.Size);
        Assert.Equal("b/to", (await Blobs.CopyAsync("from", "b/to", Cancel))?.Key);
        await Blobs.PutAsync("from", new Bytes(10, seed: 9), Cancel);
        await Blobs.DeleteAsync("from", Cancel);

        Assert.Equal(Bytes.Whole(1000), await Bytes.ReadAllAsync(await Blobs.OpenAsync("b/to", range: null, Cancel), Cancel));
        await AssertNothingUnfinishedAsync();
    }

    [Theory]
    [InlineData("a key with spaces/and more.txt")]
    [InlineData("ключ/模型/🚀.onnx")]
    [InlineData("a+b=c&d%20e#f?g;h,i@j$k!l'm(n)o*p[q]{r}|s~t`u^v\"w<x>")]
    [InlineData(" leading/trailing ")]
    [InlineData("...")]
    [InlineData("..a/.b./.hidden")]
    public async Task Unusual_keys_are_keys(string key)
    {
        RequireWholeServer("copies with an encoded source");
        await PutAsync(key, 11);

        Assert.Equal([key], await KeysAsync(""));
        Assert.Equal(11, (await Blobs.HeadAsync(key, Cancel))?.Size);
        Assert.Equal(11, (await Blobs.CopyAsync(key, key + "2", Cancel))?.Size);
        Assert.Equal(Bytes.Whole(11), await Bytes.ReadAllAsync(await Blobs.OpenAsync(key, range: null, Cancel), Cancel));
        await Blobs.DeleteAsync(key, Cancel);
        Assert.Equal([key + "2"], await KeysAsync(""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/absolute")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData(".tmp/x")]
    public async Task Bad_keys_are_refused_everywhere(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutAsync(key, Stream.Null, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(async () => await Blobs.OpenAsync(key, range: null, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Blobs.HeadAsync(key, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Blobs.DeleteAsync(key, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.CopyAsync(key, "good", Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.CopyAsync("good", key, Cancel).AsTask());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("../")]
    [InlineData("/")]
    public async Task Only_a_named_folder_is_deleted_whole(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.DeletePrefixAsync(prefix, Cancel).AsTask());

    [Fact]
    public async Task A_working_store_is_ready() => Assert.Null(await Blobs.CheckAsync(Cancel));

    protected abstract ValueTask<IBlobs> OpenStoreAsync();

    protected abstract ValueTask CloseStoreAsync();

    /// <summary>Skips the test when the store's server is a stand-in that lacks <paramref name="what"/>.</summary>
    protected virtual void RequireWholeServer(string what)
    {
    }

    /// <summary>No temporary file, no incomplete upload.</summary>
    protected abstract ValueTask AssertNothingUnfinishedAsync();

    protected async Task PutAsync(string key, int size) => await Blobs.PutAsync(key, new Bytes(size), Cancel);

    private async Task<string[]> KeysAsync(string prefix) =>
        await Blobs.ListAsync(prefix, Cancel).Select(blob => blob.Key).ToArrayAsync(Cancel);

    private async Task<BlobEntry[]> FolderAsync(string prefix) => await Blobs.ListFolderAsync(prefix, Cancel).ToArrayAsync(Cancel);
}

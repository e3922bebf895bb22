using System.Diagnostics;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class FileBlobsTests : BlobsBehaviour
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-blobs-").FullName;

    private string Root => Path.Combine(_folder, "blobs");

    [Fact]
    public async Task An_opened_blob_tells_its_file()
    {
        await PutAsync("a/b", 20);

        await using var read = await Blobs.OpenAsync("a/b", BlobRange.From(5), Cancel);

        Assert.Equal(Path.Combine(Root, "a", "b"), read?.LocalPath);
    }

    [Fact]
    public async Task A_copy_shares_the_file()
    {
        await PutAsync("a/b", 20);

        await Blobs.CopyAsync("a/b", "c/d", Cancel);

        Assert.Equal(await StatAsync("%i", "a/b"), await StatAsync("%i", "c/d"));
    }

    [Fact]
    public async Task Folders_go_with_their_last_blob()
    {
        await PutAsync("a/b/c", 1);
        await PutAsync("a/b/d/e", 1);

        await Blobs.DeleteAsync("a/b/c", Cancel);
        Assert.True(Directory.Exists(Path.Combine(Root, "a/b")));
        await Blobs.DeletePrefixAsync("a/b/", Cancel);

        Assert.Equal([Path.Combine(Root, ".tmp")], Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_key_cannot_be_a_blob_and_a_folder()
    {
        await PutAsync("a/b", 1);

        await Assert.ThrowsAsync<BlobConflictException>(() => PutAsync("a", 1));
        await Assert.ThrowsAsync<BlobConflictException>(() => PutAsync("a/b/c", 1));
        await Assert.ThrowsAsync<BlobConflictException>(() => Blobs.CopyAsync("a/b", "a", Cancel).AsTask());

        Assert.Equal(1, (await Blobs.HeadAsync("a/b", Cancel))?.Size);
        await AssertNothingUnfinishedAsync();
    }

    [Fact]
    public async Task A_symbolic_link_does_not_lead_out()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "secret", Cancel);
        Directory.CreateSymbolicLink(Path.Combine(Root, "folder"), outside);
        File.CreateSymbolicLink(Path.Combine(Root, "file"), Path.Combine(outside, "secret"));
        await PutAsync("deep/blob", 1);
        Directory.CreateSymbolicLink(Path.Combine(Root, "deep", "link"), outside);

        foreach (var key in (string[])["folder/secret", "file", "deep/link/secret"])
        {
            await Assert.ThrowsAsync<IOException>(async () => await Blobs.OpenAsync(key, range: null, Cancel));
            await Assert.ThrowsAsync<IOException>(() => PutAsync(key, 1));
            await Assert.ThrowsAsync<IOException>(async () => await Blobs.DeleteAsync(key, Cancel));
            await Assert.ThrowsAsync<IOException>(() => Blobs.CopyAsync(key, "stolen", Cancel).AsTask());
        }

        await Assert.ThrowsAsync<IOException>(() => Blobs.DeletePrefixAsync("folder/", Cancel).AsTask());
        Assert.Equal(["deep/blob"], await Blobs.ListAsync("", Cancel).Select(blob => blob.Key).ToArrayAsync(Cancel));
        await Blobs.DeletePrefixAsync("deep/", Cancel);
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(outside, "secret"), Cancel));
    }

    [Fact]
    public async Task A_store_below_a_link_works()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), Root);
        var linked = new FileBlobs(Path.Combine(_folder, "link"), TimeProvider.System);

        await linked.PutAsync("a/b", new Bytes(5), Cancel);

        Assert.Equal(5, (await Blobs.HeadAsync("a/b", Cancel))?.Size);
    }

    [Fact]
    public void A_start_removes_what_was_abandoned_a_day_ago_and_nothing_younger()
    {
        var old = Path.Combine(Root, ".tmp", "old");
        var young = Path.Combine(Root, ".tmp", "young");
        File.WriteAllText(old, "x");
        File.WriteAllText(young, "x");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        File.SetLastWriteTimeUtc(young, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-23));

        _ = new FileBlobs(Root, TimeProvider.System);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_remains()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        await MountAsync(disk);
        try
        {
            var blobs = new FileBlobs(Path.Combine(disk, "blobs"), TimeProvider.System);
            await blobs.PutAsync("small", new Bytes(1_000_000), Cancel);

            await Assert.ThrowsAsync<BlobStoreFullException>(() => blobs.PutAsync("a/large", new Bytes(5_000_000), Cancel).AsTask());
            Assert.Null(await blobs.HeadAsync("a/large", Cancel));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk, "blobs", ".tmp")));

            await blobs.PutAsync("a/fits", new Bytes(2_000_000), Cancel);
            Assert.Equal(1_000_000, (await blobs.HeadAsync("small", Cancel))?.Size);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_not_ready()
    {
        Directory.Delete(Root, recursive: true);

        Assert.Equal("storage.blobs_unavailable", (await Blobs.CheckAsync(Cancel))?.Code);
    }

    [Fact]
    public async Task Clients_cannot_upload_to_a_folder_themselves()
    {
        Assert.Null(await Blobs.CreateMultipartAsync("a", parts: 2, Cancel));
        Assert.Null(await Blobs.PresignGetAsync("a", TimeSpan.FromMinutes(1), Cancel));
        Assert.Equal("storage.no_multipart", (await Blobs.CompleteMultipartAsync("a", "1", [], Cancel)).Failure?.Code);
    }

    protected override ValueTask<IBlobs> OpenStoreAsync() => ValueTask.FromResult<IBlobs>(new FileBlobs(Root, TimeProvider.System));

    protected override ValueTask CloseStoreAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask AssertNothingUnfinishedAsync()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Root, ".tmp")));
        return ValueTask.CompletedTask;
    }

    private static async Task MountAsync(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            Needed.Missing("Only root mounts a small file system.");
        var (code, output) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder);
        if (code == 0)
            return;
        Needed.Missing($"A small file system cannot be mounted here: {output}");
    }

    private async Task<string> StatAsync(string format, string key) =>
        (await RunAsync("stat", "-c", format, Path.Combine(Root, key))).Output;

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output + await errors);
    }
}

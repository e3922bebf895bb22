using System.Security.Cryptography;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Measures the process, so nothing else may run in it meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class BlobMemoryTests
{
    private const long MiB = 1024 * 1024;
    private const long Bound = 120 * MiB;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_blob_goes_through_files_in_little_memory()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-blobs-").FullName;
        try
        {
            await AssertBoundedAsync(new FileBlobs(folder, TimeProvider.System), 512 * MiB);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The server of the tests takes seconds for 100 MiB, hence not more.
    [Fact]
    public async Task A_large_blob_goes_through_s3_in_little_memory()
    {
        var server = await S3Server.SharedAsync();
        using var blobs = new S3Blobs(await server.CreateBucketAsync(Cancel), TimeProvider.System);
        await AssertBoundedAsync(blobs, 256 * MiB);
    }

    private static async Task AssertBoundedAsync(IBlobs blobs, long size)
    {
        await blobs.PutAsync("warm", new Bytes(20 * MiB), Cancel);
        GC.Collect();
        var before = Environment.WorkingSet;
        var allocated = GC.GetTotalAllocatedBytes();
        long peak = 0;
        var content = new Bytes(size) { Reading = _ => peak = Math.Max(peak, Environment.WorkingSet) };

        var put = await blobs.PutAsync("large", content, Cancel);
        await using (var read = await blobs.OpenAsync("large", range: null, Cancel))
            Assert.Equal(put.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(read!.Stream, Cancel)));

        peak = Math.Max(peak, Environment.WorkingSet);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        TestContext.Current.TestOutputHelper?.WriteLine($"Working set +{(peak - before) / MiB} MiB, allocated {allocated / MiB} MiB.");
        Assert.True(peak - before < Bound, $"The working set grew by {(peak - before) / MiB} MiB.");
    }
}

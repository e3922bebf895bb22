using Orrery.Contracts;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Sources in buckets.</summary>
public sealed class BucketJoinTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_are_read_in_the_order_of_their_keys_and_anew_when_they_change()
    {
        var server = await S3Server.SharedAsync();
        var s3 = await server.CreateBucketAsync(Cancel);
        await using var bench = new JoinBench(options => options.SourceBuckets = [s3.Bucket], new Buckets(new() { S3 = s3 }));
        var join = new JoinCase("bucket") { Entities = [new(["a"], JoinCases.At(0))] };
        await PutAsync("x/2.parquet", 2);
        await PutAsync("x/1.parquet", 1);
        await PutAsync("y/3.parquet", 3);
        var source = new SourceDocument { Type = "file", Path = $"s3://{s3.Bucket}/x/*.parquet" };

        Assert.Equal("2", (await bench.RunAsync(join, source, Cancel))[0][0]);
        await PutAsync("x/2.parquet", 5);
        Assert.Equal("5", (await bench.RunAsync(join, source, Cancel))[0][0]);
        var none = await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync(join, source with { Path = $"s3://{s3.Bucket}/z/*.parquet" }, Cancel));
        Assert.Contains("features.source_file_missing", none.Message, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync(join, source with { Path = "s3://elsewhere/x.parquet" }, Cancel));
        Assert.Contains("features.source_not_allowed", other.Message, StringComparison.Ordinal);

        async Task PutAsync(string key, int value)
        {
            var path = new Uri(bench.File(new("object") { Rows = [new(["a"], JoinCases.At(0), null, [(long)value])] }).Path!).LocalPath;
            await server.Client.PutObjectAsync(new() { BucketName = s3.Bucket, Key = key, FilePath = path }, Cancel);
        }
    }
}

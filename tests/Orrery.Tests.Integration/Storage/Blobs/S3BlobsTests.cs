using System.Net;
using Amazon.S3.Model;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class S3BlobsTests : BlobsBehaviour
{
    private const int Part = 5 * 1024 * 1024;
    private static readonly HttpClient Http = new();
    private S3Server _server = null!;
    private S3BlobsOptions _options = null!;

    [Fact]
    public async Task Objects_are_below_the_prefix_and_keep_their_hash()
    {
        RequireWholeServer("copies with an encoded source");
        var put = await Blobs.PutAsync("a/b", new Bytes(1000), Cancel);

        var stored = await _server.Client.GetObjectMetadataAsync(_options.Bucket, "below/here/a/b", Cancel);
        Assert.Equal(put.Sha256, stored.Metadata["sha256"]);
        Assert.Equal(put, await Blobs.HeadAsync("a/b", Cancel));
        Assert.Equal(put with { Key = "c" }, await Blobs.CopyAsync("a/b", "c", Cancel));
        Assert.Equal(put.Sha256, (await Blobs.HeadAsync("c", Cancel))?.Sha256);
    }

    [Fact]
    public async Task What_one_request_cannot_copy_is_copied_in_parts()
    {
        RequireWholeServer("copying of parts");
        using var blobs = new S3Blobs(_options, TimeProvider.System) { LargestSingleCopy = Part, CopyPart = Part };
        await blobs.PutAsync("from", new Bytes(2 * Part + 7), Cancel);

        await blobs.CopyAsync("from", "to", Cancel);

        Assert.Equal(Bytes.Whole(2 * Part + 7), await Bytes.ReadAllAsync(await blobs.OpenAsync("to", range: null, Cancel), Cancel));
        await AssertNothingUnfinishedAsync();
    }

    [Fact]
    public async Task A_client_uploads_parts_and_downloads_by_signed_addresses()
    {
        var upload = await Blobs.CreateMultipartAsync("m/model ü.bin", parts: 2, Cancel);
        var parts = new List<BlobPart>();
        foreach (var (number, url) in upload!.PartUrls.Index())
            parts.Add(new(number + 1, await UploadAsync(url, Bytes.Whole(Part, (byte)number))));

        parts.Reverse();
        var result = await Blobs.CompleteMultipartAsync("m/model ü.bin", upload.UploadId, parts, Cancel);

        Assert.Equal(new BlobInfo("m/model ü.bin", 2 * Part, Sha256: null), result.Value);
        var address = await Blobs.PresignGetAsync("m/model ü.bin", TimeSpan.FromMinutes(5), Cancel);
        using var response = await Http.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        // S3 answers with these headers; moto does not know the parameters.
        Assert.Contains("response-content-disposition=attachment", address!.Query, StringComparison.Ordinal);
        Assert.Contains("response-content-type=application%2Foctet-stream", address.Query, StringComparison.Ordinal);
        byte[] whole = [.. Bytes.Whole(Part, 0), .. Bytes.Whole(Part, 1)];
        Assert.Equal(whole, await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Wrong_parts_are_refused()
    {
        RequireWholeServer("checking of parts");
        var upload = await Blobs.CreateMultipartAsync("m", parts: 1, Cancel);
        await UploadAsync(upload!.PartUrls[0], Bytes.Whole(100));

        var wrong = await Blobs.CompleteMultipartAsync("m", upload.UploadId, [new(1, "\"0123456789abcdef0123456789abcdef\"")], Cancel);

        Assert.Equal((FailureKind.Invalid, "storage.invalid_parts"), (wrong.Failure?.Kind, wrong.Failure?.Code));
        Assert.Null(await Blobs.HeadAsync("m", Cancel));
    }

    [Fact]
    public async Task An_upload_is_aborted_once_or_twice()
    {
        RequireWholeServer("aborting of uploads");
        var upload = await Blobs.CreateMultipartAsync("m", parts: 1, Cancel);
        await UploadAsync(upload!.PartUrls[0], Bytes.Whole(100));

        await Blobs.AbortMultipartAsync("m", upload.UploadId, Cancel);
        await Blobs.AbortMultipartAsync("m", upload.UploadId, Cancel);

        await AssertNothingUnfinishedAsync();
        Assert.Null(await Blobs.HeadAsync("m", Cancel));
    }

    [Fact]
    public async Task A_missing_bucket_and_a_dead_server_are_not_ready()
    {
        using var elsewhere = new S3Blobs(With(bucket: "no-such-bucket", _options.ServiceUrl!), TimeProvider.System);
        using var nowhere = new S3Blobs(With(_options.Bucket, "http://127.0.0.1:9"), TimeProvider.System);

        Assert.Equal("storage.blobs_unavailable", (await elsewhere.CheckAsync(Cancel))?.Code);
        Assert.Equal("storage.blobs_unavailable", (await nowhere.CheckAsync(Cancel))?.Code);
    }

    protected override async ValueTask<IBlobs> OpenStoreAsync()
    {
        _server = await S3Server.SharedAsync();
        _options = await _server.CreateBucketAsync(Cancel);
        return new S3Blobs(_options, TimeProvider.System) { Page = 10 };
    }

    protected override void RequireWholeServer(string what) => _server.RequireMoto(what);

    protected override ValueTask CloseStoreAsync() => ValueTask.CompletedTask;

    protected override async ValueTask AssertNothingUnfinishedAsync()
    {
        if (!_server.IsMoto)
            return; // s3rver neither lists nor aborts uploads.
        var uploads = await _server.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _options.Bucket }, Cancel);
        Assert.Empty(uploads.MultipartUploads ?? []);
    }

    private static async Task<string> UploadAsync(Uri address, byte[] content)
    {
        using var response = await Http.PutAsync(address, new ByteArrayContent(content), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.ETag!.Tag;
    }

    private S3BlobsOptions With(string bucket, string url) => new()
    {
        Bucket = bucket,
        ServiceUrl = url,
        AccessKey = _options.AccessKey,
        SecretKey = _options.SecretKey,
        Retries = 0,
    };
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Orrery.Kernel;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Answers that S3 documents and the servers of our tests do not give.</summary>
public sealed class S3AnswersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_upload_cannot_be_completed()
    {
        var result = await AskAsync(404, "NoSuchUpload", blobs => blobs.CompleteMultipartAsync("m", "0123", [new(1, "\"0\"")], Cancel));

        Assert.Equal((FailureKind.NotFound, "storage.upload_not_found"), (result.Failure?.Kind, result.Failure?.Code));
    }

    [Theory]
    [InlineData(507, "XMinioStorageFull")]
    [InlineData(507, "InsufficientStorage")]
    [InlineData(403, "QuotaExceeded")]
    public async Task A_full_server_is_told(int status, string code) =>
        await Assert.ThrowsAsync<BlobStoreFullException>(() => AskAsync(status, code, blobs => blobs.PutAsync("m", new Bytes(10), Cancel)));

    [Fact]
    public async Task A_missing_bucket_is_not_a_missing_blob()
    {
        var exception = await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(
            () => AskAsync(404, "NoSuchBucket", blobs => blobs.OpenAsync("m", range: null, Cancel)));

        Assert.Equal("NoSuchBucket", exception.ErrorCode);
    }

    private static async Task<T> AskAsync<T>(int status, string code, Func<IBlobs, ValueTask<T>> ask)
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var answering = AnswerAsync(listener, status, code);
        using var blobs = new S3Blobs(
            new() { Bucket = "bucket", ServiceUrl = address, AccessKey = "a", SecretKey = "b", Retries = 0 }, TimeProvider.System);
        try
        {
            return await ask(blobs);
        }
        finally
        {
            // Not Stop: that frees the port, and the disposal after it takes the port again for a moment.
            listener.Close();
            await answering;
        }
    }

    private static async Task AnswerAsync(HttpListener listener, int status, string code)
    {
        var body = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>No.</Message></Error>");
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null, Cancel);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/xml";
                await context.Response.OutputStream.WriteAsync(body, Cancel);
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The question was answered.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

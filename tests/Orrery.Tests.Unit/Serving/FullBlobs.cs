using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tests.Unit.Serving;

/// <summary>A blob store that has no room.</summary>
internal sealed class FullBlobs : IBlobs
{
    public int Asked { get; private set; }

    public ValueTask<BlobInfo> PutAsync(string key, Stream content, CancellationToken cancel)
    {
        Asked++;
        throw new BlobStoreFullException("No space left on device.");
    }

    public ValueTask<BlobRead?> OpenAsync(string key, BlobRange? range, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<BlobInfo?> HeadAsync(string key, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask DeleteAsync(string key, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<long> DeletePrefixAsync(string prefix, CancellationToken cancel) => throw new NotSupportedException();

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancel) => throw new NotSupportedException();

    public IAsyncEnumerable<BlobEntry> ListFolderAsync(string prefix, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<BlobInfo?> CopyAsync(string from, string to, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<BlobUpload?> CreateMultipartAsync(string key, int parts, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<Result<BlobInfo>> CompleteMultipartAsync(string key, string uploadId, IReadOnlyList<BlobPart> parts, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask AbortMultipartAsync(string key, string uploadId, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<Uri?> PresignGetAsync(string key, TimeSpan lifetime, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<Failure?> CheckAsync(CancellationToken cancel) => throw new NotSupportedException();
}

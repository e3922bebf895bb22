using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Takes signed checkpoints out of the database: to the blob store, and to whatever else is configured. One that was not taken everywhere is
/// tried again everywhere; an anchor may get a document twice.
/// </summary>
internal sealed class Anchors(Db db, IBlobs blobs, AuditOptions options, AuditMetrics metrics, ILogger<Anchors> logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestPost = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = LongestPost };
    private readonly IBlobs? _second = options.AnchorBlobs.Location.Length > 0 ? options.AnchorBlobs.Open("", time) : null;

    /// <summary>Key of a checkpoint in the blob store.</summary>
    public static string KeyOf(AuditCheckpoint document) =>
        string.Create(CultureInfo.InvariantCulture, $"audit/{document.Workspace}/checkpoints/{document.Size:D12}-{document.Kind}.json");

    /// <summary>Publishes what is not published yet.</summary>
    public async Task PublishAsync(CancellationToken cancel)
    {
        foreach (var document in await db.ReadAsync(CheckpointStore.ListNewAsync, cancel))
        {
            if (!await PublishAsync(document, cancel))
                return;
            await db.WriteAsync<Done>(async session =>
            {
                await CheckpointStore.MarkPublishedAsync(session, document);
                return Done.Ok;
            }, cancel);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        (_second as IDisposable)?.Dispose();
    }

    private async Task<bool> PublishAsync(AuditCheckpoint document, CancellationToken cancel)
    {
        var text = Encoding.UTF8.GetBytes(document.ToCanonical());
        return await TryAsync(document, "the blob store", () => PutAsync(blobs, document, text, cancel), cancel)
            && (_second is null || await TryAsync(document, "the anchor's blob store", () => PutAsync(_second, document, text, cancel), cancel))
            && (options.AnchorUrl is null || await TryAsync(document, "the anchor's address", () => PostAsync(text, cancel), cancel))
            && (options.AnchorPath is null || await TryAsync(document, "the anchor's file", () => AppendAsync(options.AnchorPath, text, cancel), cancel));
    }

    private async Task<bool> TryAsync(AuditCheckpoint document, string anchor, Func<Task> publish, CancellationToken cancel)
    {
        try
        {
            await publish();
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            metrics.NotPublished();
            Log.AnchorFailed(logger, document.Workspace, document.Size, anchor, e);
            return false;
        }
    }

    private static async Task PutAsync(IBlobs store, AuditCheckpoint document, byte[] text, CancellationToken cancel)
    {
        using var content = new MemoryStream(text);
        await store.PutAsync(KeyOf(document), content, cancel);
    }

    private async Task PostAsync(byte[] text, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(text);
        content.Headers.ContentType = new("application/json");
        using var answer = await _http.PostAsync(new Uri(options.AnchorUrl!), content, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task AppendAsync(string path, byte[] text, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync((byte[])[.. text, (byte)'\n'], cancel);
        file.Flush(flushToDisk: true);
    }
}

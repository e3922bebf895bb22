using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Takes signed checkpoints out of the database: to the blob store, and to whatever else is configured. A place that does not answer is tried
/// again later and holds up no other; it may get a document twice.
/// </summary>
internal sealed class Anchors : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan LongestPost = TimeSpan.FromSeconds(10);

    private readonly Db _db;
    private readonly AuditMetrics _metrics;
    private readonly ILogger<Anchors> _logger;
    private readonly HttpClient _http = new() { Timeout = LongestPost };
    private readonly IBlobs? _second;
    private readonly List<Place> _places = [];
    private readonly long _all;

    public Anchors(Db db, IBlobs blobs, AuditOptions options, AuditMetrics metrics, ILogger<Anchors> logger, TimeProvider time)
    {
        (_db, _metrics, _logger) = (db, metrics, logger);
        _places.Add(new(1, "the blob store", (document, text, cancel) => PutAsync(blobs, document, text, cancel)));
        if (options.AnchorBlobs.Location.Length > 0)
        {
            var second = _second = options.AnchorBlobs.Open("", time);
            _places.Add(new(2, "the anchor's blob store", (document, text, cancel) => PutAsync(second, document, text, cancel)));
        }

        if (options.AnchorUrl is { } url)
            _places.Add(new(4, "the anchor's address", (_, text, cancel) => PostAsync(new Uri(url), text, cancel)));
        if (options.AnchorPath is { } path)
            _places.Add(new(8, "the anchor's file", (_, text, cancel) => AppendAsync(path, text, cancel)));
        _all = _places.Aggregate(0L, static (all, place) => all | place.Bit);
    }

    /// <summary>Key of a checkpoint in the blob store.</summary>
    public static string KeyOf(AuditCheckpoint document) =>
        string.Create(CultureInfo.InvariantCulture, $"audit/{document.Workspace}/checkpoints/{document.Size:D12}-{document.Kind}.json");

    /// <summary>Begins to publish what is not published yet, to each place that is not still busy with what was before; waits for none.</summary>
    public void Publish(CancellationToken cancel)
    {
        foreach (var place in _places.Where(static place => place.Busy.IsCompleted))
            place.Busy = TryPublishAsync(place, cancel);
    }

    /// <summary>Publishes what is not published yet, to all places at once.</summary>
    public Task PublishAsync(CancellationToken cancel) => Task.WhenAll(_places.Select(place => PublishAsync(place, cancel)));

    public void Dispose()
    {
        _http.Dispose();
        (_second as IDisposable)?.Dispose();
    }

    /// <summary>Nothing that was begun goes on afterwards: without its client a post ends at once, the rest is short.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Task.WhenAll(_places.Select(static place => place.Busy));
        Dispose();
    }

    private async Task TryPublishAsync(Place place, CancellationToken cancel)
    {
        try
        {
            await PublishAsync(place, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.SealingFailed(_logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is published at its end or by another.
        }
    }

    private async Task PublishAsync(Place place, CancellationToken cancel)
    {
        foreach (var document in await _db.ReadAsync(session => CheckpointStore.ListNewAsync(session, place.Bit), cancel))
        {
            try
            {
                await place.TakeAsync(document, Encoding.UTF8.GetBytes(document.ToCanonical()), cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                _metrics.NotPublished();
                Log.AnchorFailed(_logger, document.Workspace, document.Size, place.Name, e);
                return;
            }

            await _db.WriteAsync<Done>(async session =>
            {
                await CheckpointStore.MarkPublishedAsync(session, document, place.Bit, _all);
                return Done.Ok;
            }, cancel);
        }
    }

    private static async Task PutAsync(IBlobs store, AuditCheckpoint document, byte[] text, CancellationToken cancel)
    {
        using var content = new MemoryStream(text);
        await store.PutAsync(KeyOf(document), content, cancel);
    }

    private async Task PostAsync(Uri address, byte[] text, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(text);
        content.Headers.ContentType = new("application/json");
        using var answer = await _http.PostAsync(address, content, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task AppendAsync(string path, byte[] text, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

        // A line that a full disk or a crash has cut off spoils itself only.
        var whole = true;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            whole = file.ReadByte() == '\n';
        }

        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(whole ? [.. text, (byte)'\n'] : (byte[])[(byte)'\n', .. text, (byte)'\n'], cancel);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Somewhere checkpoints are taken to.</summary>
    /// <param name="Bit">Its bit in <c>aud_checkpoint.places</c>.</param>
    /// <param name="Name">For the log.</param>
    /// <param name="TakeAsync">Takes one there.</param>
    private sealed record Place(long Bit, string Name, Func<AuditCheckpoint, byte[], CancellationToken, Task> TakeAsync)
    {
        /// <summary>What is published there now.</summary>
        public Task Busy { get; set; } = Task.CompletedTask;
    }
}

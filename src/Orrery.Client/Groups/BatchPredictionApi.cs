using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on batch predictions. Native: an MLflow server answers 404.</summary>
public sealed class BatchPredictionApi
{
    private const string Root = "batch-predictions";

    private readonly Wire _wire;

    internal BatchPredictionApi(Wire wire) => _wire = wire;

    /// <summary>Asks for one; it comes back before it has begun. 400 <c>serving.invalid_batch</c>, 403 <c>serving.batch_restricted</c>, 404, 409.</summary>
    /// <param name="spec">What it is to do.</param>
    /// <param name="key">The same key and spec give the same batch prediction, however often they are sent; null for one of its own.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<BatchPrediction> CreateAsync(BatchPredictionSpec spec, string? key = null, CancellationToken cancel = default) =>
        _wire.KeyedAsync<BatchPredictionSpec, BatchPrediction>(Root, spec, key ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"), cancel);

    /// <summary>A batch prediction, and how far it is; 404 <c>serving.batch_not_found</c>.</summary>
    public Task<BatchPrediction> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<BatchPrediction>(Path(id), cancel);

    /// <summary>All of them, newest first, page by page.</summary>
    public IAsyncEnumerable<BatchPrediction> ListAsync(string? state = null, string? model = null, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => ListPageAsync(state, model, null, token, stop), page => page.BatchPredictions, page => page.NextPageToken, cancel: cancel);

    /// <summary>One page of them, newest first; 400 <c>serving.invalid_state</c>.</summary>
    public Task<BatchPredictionPage> ListPageAsync(string? state, string? model, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<BatchPredictionPage>(new Query(Root).With("state", state).With("model", model).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Ends it; 409 <c>serving.batch_finished</c>.</summary>
    public Task<BatchPrediction> CancelAsync(string id, CancellationToken cancel = default) =>
        _wire.NativeAsync<BatchPrediction>(HttpMethod.Post, Path(id) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>Goes on with one that failed; 409 <c>serving.batch_not_failed</c>.</summary>
    public Task<BatchPrediction> RetryAsync(string id, CancellationToken cancel = default) =>
        _wire.NativeAsync<BatchPrediction>(HttpMethod.Post, Path(id) + "/retry", Repeat.IfNotActed, cancel);

    /// <summary>Deletes one that has ended, with its output; 409 <c>serving.batch_not_finished</c>.</summary>
    public Task DeleteAsync(string id, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(id), cancel);

    /// <summary>All partitions by number, page by page.</summary>
    public IAsyncEnumerable<BatchPartition> PartitionsAsync(string id, string? state = null, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => _wire.GetNativeAsync<BatchPartitionPage>(new Query(Path(id) + "/partitions").With("state", state).With("page_token", token), stop),
        page => page.Partitions, page => page.NextPageToken, cancel: cancel);

    /// <summary>All files of the output in the rows' order, page by page; 409 <c>serving.batch_not_done</c> until it has succeeded.</summary>
    public IAsyncEnumerable<BatchFile> FilesAsync(string id, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => _wire.GetNativeAsync<BatchFilePage>(new Query(Path(id) + "/files").With("page_token", token), stop), page => page.Files, page => page.NextPageToken, cancel: cancel);

    /// <summary>Writes a file of the output; 404 <c>serving.batch_file_not_found</c>.</summary>
    public async Task DownloadAsync(string id, string name, Stream to, CancellationToken cancel = default)
    {
        using var answer = await _wire.SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, $"api/v1/{Path(id)}/files/{Uri.EscapeDataString(name)}"), Repeat.Always, cancel, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.CopyToAsync(to, cancel);
    }

    /// <summary>One page of partitions, by number.</summary>
    public Task<BatchPartitionPage> PartitionsPageAsync(string id, string? state, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<BatchPartitionPage>(new Query(Path(id) + "/partitions").With("state", state).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One page of the output's files, in the rows' order.</summary>
    public Task<BatchFilePage> FilesPageAsync(string id, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<BatchFilePage>(new Query(Path(id) + "/files").With("limit", limit).With("page_token", pageToken), cancel);

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}

using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Files of runs and models.</summary>
public sealed class ArtifactApi
{
    private const string Scheme = "mlflow-artifacts:";

    private readonly Wire _wire;
    private readonly OrreryClient _client;

    internal ArtifactApi(Wire wire, OrreryClient client)
    {
        _wire = wire;
        _client = client;
    }

    /// <summary>True when this server itself keeps the files at an address, so that <see cref="At"/> can reach them.</summary>
    public static bool IsServed(string? uri) => uri is not null && uri.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The folder of a run.</summary>
    /// <exception cref="NotSupportedException">The run's files lie in a store that the server does not serve.</exception>
    public async Task<ArtifactFolder> OfRunAsync(string runId, CancellationToken cancel = default) =>
        At((await _client.Runs.GetAsync(runId, cancel)).Info.ArtifactUri ?? "");

    /// <summary>The folder at an address of the <c>mlflow-artifacts:</c> scheme.</summary>
    /// <exception cref="NotSupportedException">The address has another scheme: its files do not pass through the server.</exception>
    public ArtifactFolder At(string uri)
    {
        if (!IsServed(uri))
            throw new NotSupportedException($"The artifacts at '{uri}' do not pass through the server; reach them with the store's own tools.");
        var path = uri[Scheme.Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[2..].IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0 ? "" : path[(slash + 3)..];
        return new ArtifactFolder(_wire, path.Trim('/'));
    }

    /// <summary>Files and folders of one level of a run, whichever store they lie in.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">Folder below the run's root; the root itself when empty.</param>
    /// <param name="cancel">Ends the call.</param>
    public IAsyncEnumerable<ArtifactFile> ListAsync(string runId, string path = "", CancellationToken cancel = default) =>
        Paging.AllAsync(
            (token, stop) => _wire.GetMlflowAsync<ArtifactPage>(
                new Query("artifacts/list")
                    .With("run_id", runId)
                    .With("path", path.Length is 0 ? null : path)
                    .With("page_token", token),
                stop),
            page => page.Files,
            page => page.NextPageToken,
            cancel: cancel);

    /// <summary>Downloads a file of a run through the server, whichever store it lies in, provided that the server can read that store.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The file below the run's root.</param>
    /// <param name="localPath">Where it goes; its folder is made.</param>
    /// <param name="progress">Told as bytes come.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<TransferredFile> DownloadFileAsync(
        string runId, string path, string localPath, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        var url = new Query("get-artifact").With("run_id", runId).With("path", path);
        return new FileDownload(_wire, url, path, localPath, new TransferMeter(progress, 1, null)).RunAsync(cancel);
    }

    /// <summary>The begin of a file of a run, in memory: for those who look at it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The file below the run's root.</param>
    /// <param name="maxBytes">Most bytes to read, 1 or more.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="OrreryApiException">404 when there is no such file; 416 when it is empty.</exception>
    public async Task<ArtifactBegin> ReadAsync(string runId, string path, int maxBytes, CancellationToken cancel = default)
    {
        string url = new Query("get-artifact").With("run_id", runId).With("path", path);
        using var response = await _wire.SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new(0, maxBytes - 1) } }, Repeat.Always, cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        return new(bytes.Length > maxBytes ? bytes[..maxBytes] : bytes, response.Content.Headers.ContentRange?.Length ?? bytes.LongLength);
    }

    /// <summary>
    /// Adds a folder to a run: uploads it below a path of the run's artifacts, as <c>log_artifacts</c> does.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="folder">Local folder.</param>
    /// <param name="path">Where it goes below the run's root.</param>
    /// <param name="progress">Told as bytes go.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<TransferredFile>> LogFolderAsync(
        string runId, string folder, string path, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default) =>
        await (await OfRunAsync(runId, cancel)).UploadFolderAsync(folder, path, progress, cancel);
}

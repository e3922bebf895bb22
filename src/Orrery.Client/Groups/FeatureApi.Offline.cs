using System.Net;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Client;

/// <content>Source files, historical features and training sets.</content>
public sealed partial class FeatureApi
{
    private const string Root = "api/v1/";
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Uploads a file for sources, replacing one of that path.</summary>
    public async Task<FeatureFile> UploadFileAsync(string file, string path, CancellationToken cancel = default)
    {
        using var answer = await _wire.SendAsync(
            deadline => new HttpRequestMessage(HttpMethod.Put, Root + FilePath(path)) { Content = Content(file, deadline) },
            Repeat.Always,
            cancel);
        return await ReadAsync<FeatureFile>(answer, cancel);
    }

    /// <summary>Files for sources, by path.</summary>
    public async IAsyncEnumerable<FeatureFile> ListFilesAsync(
        string prefix = "", [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        string? token = null;
        do
        {
            var page = await _wire.GetNativeAsync<FeatureFilePage>(new Query("features/files").With("prefix", prefix).With("page_token", token), cancel);
            foreach (var file in page.Files)
                yield return file;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>One page of the files for sources, by path.</summary>
    public Task<FeatureFilePage> ListFilesPageAsync(string prefix, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureFilePage>(new Query("features/files").With("prefix", prefix).With("page_token", pageToken), cancel);

    /// <summary>Deletes a file for sources; 404 <c>features.file_not_found</c>.</summary>
    public Task DeleteFileAsync(string path, CancellationToken cancel = default) => _wire.DeleteNativeAsync(FilePath(path), cancel);

    /// <summary>Joins features to entity rows and writes the result; waits for the job when the server makes one of it, and cancels it when the caller stops waiting.</summary>
    public async Task HistoricalAsync(HistoricalQuery query, Stream to, Action<HistoricalJobStatus>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var path = Project(query.Project) + "/historical";
        var answer = await PostAsync(path, query, null, cancel);
        if (answer.StatusCode is HttpStatusCode.Accepted)
        {
            var job = await ReadAsync<HistoricalJobStatus>(answer, cancel);
            answer.Dispose();
            await EndOrCancelAsync($"{path}/{job.JobId}", job.JobId, progress, cancel);
            answer = await _wire.SendAsync(
                _ => new HttpRequestMessage(HttpMethod.Get, $"{Root}{path}/{job.JobId}/result"), Repeat.Always, cancel, HttpCompletionOption.ResponseHeadersRead);
        }

        using (answer)
            await answer.Content.CopyToAsync(to, cancel);
    }

    /// <summary>Makes a training set; it may be <c>building</c> when this returns.</summary>
    public async Task<TrainingSetInfo> CreateTrainingSetAsync(string name, HistoricalQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        using var answer = await PostAsync(Project(query.Project) + "/training-sets", query, name, cancel);
        return await ReadAsync<TrainingSetInfo>(answer, cancel);
    }

    /// <summary>Training sets of a project, newest first.</summary>
    public async IAsyncEnumerable<TrainingSetInfo> ListTrainingSetsAsync(
        string project, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        string? token = null;
        do
        {
            var page = await _wire.GetNativeAsync<TrainingSetPage>(new Query(Project(project) + "/training-sets").With("page_token", token), cancel);
            foreach (var set in page.TrainingSets)
                yield return set;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>One page of the training sets of a project, newest first.</summary>
    public Task<TrainingSetPage> ListTrainingSetsPageAsync(string project, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<TrainingSetPage>(new Query(Project(project) + "/training-sets").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>A training set, with what it was made of once it is ready.</summary>
    public Task<TrainingSetDetail> GetTrainingSetAsync(string project, string id, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<TrainingSetDetail>($"{Project(project)}/training-sets/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>All that the server knows of a training set, as JSON.</summary>
    public Task<string> GetTrainingSetTextAsync(string project, string id, CancellationToken cancel = default) =>
        _wire.GetTextAsync($"{Root}{Project(project)}/training-sets/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>Writes a part of a training set: <c>data</c> (its rows as Parquet), <c>data?format=csv</c>, <c>manifest</c> or <c>entities</c>.</summary>
    public async Task DownloadTrainingSetAsync(string project, string id, string part, Stream to, CancellationToken cancel = default)
    {
        using var answer = await _wire.SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, $"{Root}{Project(project)}/training-sets/{Uri.EscapeDataString(id)}/{part}"),
            Repeat.Always,
            cancel,
            HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.CopyToAsync(to, cancel);
    }

    /// <summary>Deletes a training set.</summary>
    public Task DeleteTrainingSetAsync(string project, string id, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync($"{Project(project)}/training-sets/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>Makes a training set again and compares.</summary>
    public Task<TrainingSetReproduction> ReproduceAsync(string project, string id, CancellationToken cancel = default) =>
        FinishAsync(_wire.NativeAsync<TrainingSetReproduction>(HttpMethod.Post, $"{Project(project)}/training-sets/{Uri.EscapeDataString(id)}/reproduce", Repeat.IfNotActed, cancel), cancel);

    /// <summary>Makes a training set of a manifest, perhaps another server's, and compares.</summary>
    /// <param name="project">Project of this server.</param>
    /// <param name="manifest">The manifest's text.</param>
    /// <param name="entities">Its entity rows; null when there are none or this server has them.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<TrainingSetReproduction> ReproduceManifestAsync(string project, string manifest, byte[]? entities, CancellationToken cancel = default)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("manifest"u8);
            json.WriteRawValue(manifest);
            if (entities is not null)
                json.WriteBase64String("entities_base64"u8, entities);
            json.WriteEndObject();
        }

        return FinishAsync(
            _wire.NativeAsync<TrainingSetReproduction>($"{Project(project)}/training-sets/reproduce", buffer.ToArray(), "application/json", Repeat.IfNotActed, cancel), cancel);
    }

    private async Task<TrainingSetReproduction> FinishAsync(Task<TrainingSetReproduction> asked, CancellationToken cancel)
    {
        var answer = await asked;
        if (answer.JobId is not { } id)
            return answer;
        for (; ; )
        {
            var job = await _wire.GetNativeAsync<Job>($"jobs/{id}", cancel);
            if (job.Result is { } result)
                return result.Deserialize(OrreryJson.TypeOf<TrainingSetReproduction>())!;
            if (job.State is JobState.Failed or JobState.Cancelled)
                throw new OrreryApiException(HttpStatusCode.BadRequest, job.Error?.Code ?? "features.reproduction_failed", job.Error?.Message ?? $"Job {id} was cancelled.", requestId: null);
            await Task.Delay(Poll, _wire.Options.Time, cancel);
        }
    }

    // Dots would be followed upwards on the way, to another address.
    private static string FilePath(string path) => path.Split('/') is var parts && parts.Any(static part => part is "" or "." or "..")
        ? throw new ArgumentException($"'{path}' is no path of a file: its parts must not be empty, '.' or '..'.")
        : "features/files/" + string.Join('/', parts.Select(Uri.EscapeDataString));

    private async Task EndOrCancelAsync(string path, string job, Action<HistoricalJobStatus>? progress, CancellationToken cancel)
    {
        try
        {
            await EndAsync(path, progress, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await AbandonAsync(job);
            throw;
        }
    }

    // Nobody waits for the job any more. When it ended meanwhile, or the server cannot be reached, there is nothing left to do.
    private async Task AbandonAsync(string job)
    {
        using var patience = new CancellationTokenSource(Farewell, _wire.Options.Time);
        try
        {
            await _wire.NativeAsync<Job>(HttpMethod.Post, $"jobs/{Uri.EscapeDataString(job)}/cancel", Repeat.IfNotActed, patience.Token);
        }
        catch (Exception e) when (e is OrreryApiException or OrreryConnectionException or OperationCanceledException)
        {
            // The caller is told of the cancellation that it asked for.
        }
    }

    private async Task EndAsync(string path, Action<HistoricalJobStatus>? progress, CancellationToken cancel)
    {
        for (; ; )
        {
            var job = await _wire.GetNativeAsync<HistoricalJobStatus>(path, cancel);
            progress?.Invoke(job);
            if (job.State == "succeeded")
                return;
            if (job.State is "failed" or "cancelled")
                throw new OrreryApiException(HttpStatusCode.BadRequest, job.ErrorCode ?? "features.join_failed", job.Error ?? $"Job {job.JobId} was {job.State}.", requestId: null);
            await Task.Delay(Poll, _wire.Options.Time, cancel);
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, HistoricalQuery query, string? name, CancellationToken cancel)
    {
        var full = new Query(Root + path)
            .With("features", query.Features.Count > 0 ? string.Join(',', query.Features) : null)
            .With("feature_service", query.Service)
            .With("full_feature_names", query.FullFeatureNames ? "true" : null)
            .With("known_at", query.KnownAt is { } known ? (known ? "true" : "false") : null)
            .With("timestamp_column", query.TimestampColumn)
            .With("output", query.Output)
            .With("name", name);
        return _wire.SendAsync(
            deadline => new HttpRequestMessage(HttpMethod.Post, (string)full) { Content = Content(query.Entities, deadline) },
            Repeat.IfNotActed,
            cancel,
            HttpCompletionOption.ResponseHeadersRead);
    }

    private static FileContent Content(string file, Deadline deadline) => new(() => File.OpenRead(file), new FileInfo(file).Length, deadline, static _ => { })
    {
        Headers = { ContentType = new(file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? "text/csv" : "application/vnd.apache.parquet") },
    };

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel) =>
        JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancel), OrreryJson.TypeOf<T>())
        ?? throw new JsonException("The server answered null.");
}

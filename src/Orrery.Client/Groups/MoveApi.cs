using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls that move a whole workspace to another installation. Native: an MLflow server answers 404.</summary>
public sealed class MoveApi
{
    private const string ExpectedBytes = "X-Orrery-Expected-Bytes";
    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    // The server copies the rows of a large workspace before it sends the first byte.
    private static readonly TimeSpan LongestSnapshot = TimeSpan.FromHours(2);

    private readonly Wire _wire;

    internal MoveApi(Wire wire) => _wire = wire;

    /// <summary>Writes the client's workspace as an archive.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="progress">Told as bytes come; the total is about right.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The archive's length and SHA-256. It is verified by its import, not here.</returns>
    public async Task<TransferredFile> ExportAsync(Stream to, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        using var answer = await _wire.SendAsync(Request, Repeat.Always, cancel, HttpCompletionOption.ResponseHeadersRead);
        var meter = new TransferMeter(progress, 1, Expected(answer));
        using var deadline = _wire.NewDeadline(cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var length = 0L;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(deadline.Token);
            int read;
            while ((read = await body.ReadAsync(buffer, deadline.Token)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                hash.AppendData(buffer, 0, read);
                length += read;
                meter.Moved("archive", read);
                deadline.Touch();
            }
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw _wire.NoAnswer(late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw _wire.Broken(broken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new("archive", length, FileHash.Text(hash.GetHashAndReset()), Verified: false);
    }

    /// <summary>Sends an archive, of which the server makes a workspace. 409 <c>tenancy.workspace_exists</c>, 400 <c>tenancy.invalid_archive</c>.</summary>
    /// <param name="open">Opens the archive; once for each try.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="name">Of the new workspace; null for the archive's own.</param>
    /// <param name="grants">Give the archive's roles to people of the same names.</param>
    /// <param name="progress">Told as bytes go.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The job that does the rest.</returns>
    public async Task<Job> ImportAsync(
        Func<Stream> open, long length, string? name, bool grants = true, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        var meter = new TransferMeter(progress, 1, length);
        string path = new Query("api/v1/workspaces/import").With("name", name).With("grants", grants ? null : "false");
        using var answer = await _wire.SendAsync(
            deadline => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FileContent(open, length, deadline, read => meter.Moved("archive", read)) },
            Repeat.IfNotActed,
            cancel);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        return (await System.Text.Json.JsonSerializer.DeserializeAsync(body, OrreryJson.TypeOf<Job>(), cancel))!;
    }

    /// <summary>How far an import is. 404 when there is none.</summary>
    public Task<Job> GetImportAsync(string jobId, CancellationToken cancel = default) => _wire.GetNativeAsync<Job>(Path(jobId), cancel);

    /// <summary>Asks an import to stop; what it wrote is removed soon after. 409 <c>storage.job_finished</c> when it has ended.</summary>
    public Task<Job> CancelImportAsync(string jobId, CancellationToken cancel = default) =>
        _wire.NativeAsync<Job>(HttpMethod.Post, Path(jobId) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>Waits until an import ends, well or not.</summary>
    public async Task<Job> WaitForImportAsync(string jobId, IProgress<Job>? progress = null, CancellationToken cancel = default)
    {
        while (true)
        {
            var job = await GetImportAsync(jobId, cancel);
            progress?.Report(job);
            if (job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled)
                return job;
            await Task.Delay(Poll, _wire.Options.Time, cancel);
        }
    }

    private static HttpRequestMessage Request(Deadline deadline)
    {
        deadline.Extend(LongestSnapshot);
        var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/workspace/export");
        request.Headers.AcceptEncoding.Add(new("identity"));
        return request;
    }

    private static long? Expected(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues(ExpectedBytes, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;

    private static string Path(string jobId) => "workspaces/imports/" + Uri.EscapeDataString(jobId);
}

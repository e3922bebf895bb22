using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Orrery.Client;

/// <summary>
/// Downloads one file beside its place and moves it there when it is whole. What a broken connection or an earlier call left behind
/// (<c>name.part</c>, with the server's ETag in <c>name.part.etag</c>) is continued by a range request.
/// </summary>
internal sealed class FileDownload(Wire wire, string url, string name, string target, TransferMeter meter)
{
    private const int BufferSize = 128 * 1024;

    private readonly string _part = target + ".part";
    private readonly string _mark = target + ".part.etag";

    public async Task<TransferredFile> RunAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(_part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, useAsync: true);
        await TakeUpAsync(file, hash, cancel);
        string? given = null;
        for (var broken = 0; ;)
        {
            var before = file.Position;
            try
            {
                given = await ReceiveAsync(file, hash, cancel) ?? given;
                break;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException or OrreryConnectionException
                && !cancel.IsCancellationRequested)
            {
                // Progress earns new patience.
                broken = file.Position > before ? 0 : broken + 1;
                if (broken > wire.Options.Retries)
                    throw failed as OrreryConnectionException ?? wire.Broken(failed);
                await Task.Delay(Backoff.Delay(broken), wire.Options.Time, cancel);
            }
        }

        return await FinishAsync(file, FileHash.Text(hash.GetHashAndReset()), given);
    }

    private async Task<TransferredFile> FinishAsync(FileStream file, string computed, string? given)
    {
        var length = file.Length;
        await file.DisposeAsync();
        try
        {
            var verified = FileHash.Verify(name, computed, given);
            File.Move(_part, target, overwrite: true);
            meter.Finished(name);
            return new(name, length, computed, verified);
        }
        finally
        {
            File.Delete(_mark);
            File.Delete(_part);
        }
    }

    private async Task<string?> ReceiveAsync(FileStream file, IncrementalHash hash, CancellationToken cancel)
    {
        var from = file.Position;
        var mark = from > 0 ? ReadMark() : null;
        using var response = await AskAsync(from, mark, cancel);
        if (response.StatusCode is not HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != from)
            StartOver(file, hash);
        WriteMark(response.Headers.ETag);

        var expected = file.Position + response.Content.Headers.ContentLength;
        await CopyAsync(response, file, hash, cancel);
        if (expected is { } length && file.Position != length)
            throw new IOException($"'{name}' ended after {file.Position} of {length} bytes.");
        return FileHash.Of(response);
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream file, IncrementalHash hash, CancellationToken cancel)
    {
        using var deadline = wire.NewDeadline(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            int read;
            while ((read = await body.ReadAsync(buffer, deadline.Token)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                hash.AppendData(buffer, 0, read);
                meter.Moved(name, read);
                deadline.Touch();
            }
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw wire.NoAnswer(late);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(long from, EntityTagHeaderValue? mark, CancellationToken cancel)
    {
        const HttpCompletionOption Headers = HttpCompletionOption.ResponseHeadersRead;
        try
        {
            return await wire.SendAsync(_ => Request(from, mark), Repeat.Always, cancel, Headers);
        }
        catch (OrreryApiException refused) when (refused.Status is HttpStatusCode.RequestedRangeNotSatisfiable && mark is not null)
        {
            // What was left behind is longer than the file, or all of it.
            return await wire.SendAsync(_ => Request(0, null), Repeat.Always, cancel, Headers);
        }
    }

    private HttpRequestMessage Request(long from, EntityTagHeaderValue? mark)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        // A compressed answer could be neither continued nor compared with its hash.
        request.Headers.AcceptEncoding.Add(new("identity"));
        if (mark is not null)
        {
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(mark);
        }

        return request;
    }

    private async Task TakeUpAsync(FileStream file, IncrementalHash hash, CancellationToken cancel)
    {
        if (ReadMark() is null)
        {
            file.SetLength(0);
            return;
        }

        var buffer = new byte[BufferSize];
        int read;
        while ((read = await file.ReadAsync(buffer, cancel)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            meter.Moved(name, read);
        }
    }

    private void StartOver(FileStream file, IncrementalHash hash)
    {
        meter.Moved(name, -file.Position);
        file.SetLength(0);
        file.Position = 0;
        hash.GetHashAndReset();
    }

    private EntityTagHeaderValue? ReadMark() =>
        File.Exists(_mark) && EntityTagHeaderValue.TryParse(File.ReadAllText(_mark), out var mark) ? mark : null;

    private void WriteMark(EntityTagHeaderValue? mark)
    {
        if (mark is { IsWeak: false })
            File.WriteAllText(_mark, mark.ToString());
        else
            File.Delete(_mark);
    }
}

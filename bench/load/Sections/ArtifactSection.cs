using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Orrery.Load;

/// <summary>One large file up and down: throughput, and what the server holds in memory meanwhile.</summary>
internal static class ArtifactSection
{
    public const string Name = "large artifacts";

    public static async Task<List<TransferResult>> RunAsync(Stage stage, LoadOptions options, CancellationToken cancel)
    {
        // What the sections before left in memory is not the transfer's.
        await stage.Server.TerminateAsync(cancel);
        await stage.Server.RestartAsync(cancel);
        using var client = new HttpClient { BaseAddress = stage.Server.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        var results = new List<TransferResult>();
        foreach (var size in new[] { options.Artifact, options.HugeArtifact })
        {
            var target = new Uri(string.Create(CultureInfo.InvariantCulture, $"{Requests.Proxy}0/bench/{size}.bin"), UriKind.Relative);
            results.Add(await MeasureAsync(stage, "upload", size, () => UploadAsync(client, target, size, cancel)));
            results.Add(await MeasureAsync(stage, "download", size, () => DownloadAsync(client, target, size, cancel)));
            using var deleted = await client.DeleteAsync(target, cancel);
        }

        return results;
    }

    private static async Task<TransferResult> MeasureAsync(Stage stage, string direction, long size, Func<Task> transfer)
    {
        var server = stage.Server.ProcessId;
        ProcessMemory.ForgetPeak(server);
        var meter = stage.Meter;
        var used = meter.Read();
        var began = Monotonic.Now;
        await transfer();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var result = new TransferResult(direction, size, elapsed, (meter.Read() - used).Server, ProcessMemory.Peak(server));
        Progress.Say($"{stage.Name,-11} {direction} of {size >> 20} MiB: {result.MegabytesPerSecond:0} MB/s, peak {result.PeakBytes / 1e6:0} MB");
        return result;
    }

    private static async Task UploadAsync(HttpClient client, Uri target, long size, CancellationToken cancel)
    {
        using var content = new PatternContent(size);
        using var answer = await client.PutAsync(target, content, cancel);
        if (answer.StatusCode is not HttpStatusCode.OK)
            throw new InvalidOperationException($"The upload was refused: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    private static async Task DownloadAsync(HttpClient client, Uri target, long size, CancellationToken cancel)
    {
        using var answer = await client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead, cancel);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[1 << 20];
        var total = 0L;
        for (var count = await body.ReadAsync(buffer, cancel); count > 0; count = await body.ReadAsync(buffer, cancel))
            total += count;
        if (total != size)
            throw new InvalidDataException($"{total} bytes came down, not {size}.");
    }
}

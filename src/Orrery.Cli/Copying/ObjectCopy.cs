using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Copies one run or one logged model: begin, files, metrics, complete.</summary>
internal sealed class ObjectCopy(ICopySource source, ICopyTarget target, CopyTally tally, Scratch scratch)
{
    public async Task RunAsync(Run run, string experimentId, bool resumed, CancellationToken cancel)
    {
        var files = source.FilesOf(run);
        var slot = await target.OpenAsync(run, experimentId, withFiles: files is not null, cancel);
        var (count, bytes) = await FilesAsync(slot, files, run.Info.ArtifactUri, resumed, cancel);
        var (keys, points) = await MetricsAsync(slot, run, cancel);
        await slot.CompleteAsync(
            new ImportCounts
            {
                Params = run.Data.Params.Count,
                Tags = run.Data.Tags.Count,
                MetricKeys = keys,
                MetricPoints = points,
                Artifacts = count,
                ArtifactBytes = bytes,
            },
            cancel);
        if (run.Info.Status is RunStatus.Running or RunStatus.Scheduled)
            tally.Note("A run was still running: what it logs after the copy is not in it.");
        tally.Add(Counted.Runs);
        tally.Add(Counted.Params, run.Data.Params.Count);
        tally.Add(Counted.Tags, run.Data.Tags.Count);
    }

    public async Task LoggedModelAsync(LoggedModel model, string experimentId, bool resumed, CancellationToken cancel)
    {
        var files = source.FilesOf(model);
        var slot = await target.OpenAsync(model, experimentId, withFiles: files is not null, cancel);
        var (count, bytes) = await FilesAsync(slot, files, model.Info.ArtifactUri, resumed, cancel);
        await slot.CompleteAsync(
            new ImportCounts
            {
                Params = model.Data.Params.Count,
                Tags = model.Info.Tags.Count,
                MetricPoints = model.Data.Metrics.Distinct().Count(),
                Artifacts = count,
                ArtifactBytes = bytes,
            },
            cancel);
        tally.Add(Counted.LoggedModels);
    }

    private async Task<(long? Count, long? Bytes)> FilesAsync(
        ICopySlot slot, ICopyFiles? files, string? uri, bool resumed, CancellationToken cancel)
    {
        if (files is null)
        {
            if (!string.IsNullOrEmpty(uri))
                tally.Note($"Files stay where they are, in {StoreOf(uri)}.");
            return (null, null);
        }

        var there = resumed ? new Dictionary<string, long>(await slot.FindFilesAsync(cancel)) : [];
        long count = 0, bytes = 0;
        await foreach (var file in files.ListAsync(cancel))
        {
            // MLflow leaves out the length of an empty file.
            var known = there.Remove(file.Path, out var length) && length == (file.FileSize ?? 0);
            bytes += known ? length : await FileAsync(slot, files, file.Path, cancel);
            count++;
        }

        foreach (var stale in there.Keys)
            await slot.RemoveFileAsync(stale, cancel);
        return (count, bytes);
    }

    private async Task<long> FileAsync(ICopySlot slot, ICopyFiles files, string path, CancellationToken cancel)
    {
        var wanted = slot.PlaceFor(path);
        var place = wanted ?? scratch.NewPlace();
        var file = await files.FetchAsync(path, place, cancel);
        if (!await slot.FileAsync(path, file, cancel))
            tally.Add(Counted.FilesComparedByLength);
        if (wanted is null)
            File.Delete(place);
        tally.Add(Counted.Files);
        tally.Add(Counted.Bytes, file.Bytes);
        return file.Bytes;
    }

    private async Task<(long Keys, long Points)> MetricsAsync(ICopySlot slot, Run run, CancellationToken cancel)
    {
        long keys = 0, points = 0;
        string? key = null;
        // MLflow's file store keeps duplicates, which are one point.
        var seen = new HashSet<(long, long, double)>();
        var batch = new List<Metric>();
        await foreach (var point in source.MetricsAsync(run, cancel))
        {
            if (point.Key != key)
            {
                key = point.Key;
                keys++;
                seen.Clear();
            }

            if (!seen.Add((point.Timestamp, point.Step, point.Value)))
                continue;
            points++;
            batch.Add(point);
            if (batch.Count == ImportLimits.MetricPoints)
                await SendAsync(slot, batch, cancel);
        }

        if (batch.Count > 0)
            await SendAsync(slot, batch, cancel);
        return (keys, points);
    }

    private async Task SendAsync(ICopySlot slot, List<Metric> batch, CancellationToken cancel)
    {
        await slot.MetricsAsync(batch, cancel);
        tally.Add(Counted.MetricPoints, batch.Count);
        batch.Clear();
    }

    private static string StoreOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var address) ? $"{address.Scheme}://{address.Authority}" : "the source's file system";
}

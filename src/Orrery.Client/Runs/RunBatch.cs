using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>A batch that grows up to the limits of one log-batch call.</summary>
internal sealed class RunBatch(string runId)
{
    // Braces, field names, numbers and the run id, generously.
    private const int BytesPerEntry = 120;
    private const int BytesAround = 400;

    private List<Metric> _metrics = [];
    private List<Param> _params = [];
    private List<Tag> _tags = [];
    private int _bytes = BytesAround;

    public bool IsEmpty => _metrics.Count + _params.Count + _tags.Count is 0;

    /// <summary>False when the entry does not fit; an empty batch takes any.</summary>
    public bool TryAdd(RunEntry entry)
    {
        var bytes = BytesPerEntry + Size(entry);
        var fits = IsEmpty
            || (_bytes + bytes <= TrackingLimits.BatchBytes
                && _metrics.Count + _params.Count + _tags.Count < TrackingLimits.BatchTotal
                && HasRoom(entry));
        if (!fits)
            return false;

        if (entry.Metric is { } metric)
            _metrics.Add(metric);
        if (entry.Param is { } param)
            _params.Add(param);
        if (entry.Tag is { } tag)
            _tags.Add(tag);
        _bytes += bytes;
        return true;
    }

    /// <summary>The batch so far; the next one begins.</summary>
    public LogBatch Take()
    {
        var batch = new LogBatch { RunId = runId, Metrics = _metrics, Params = _params, Tags = _tags };
        (_metrics, _params, _tags, _bytes) = ([], [], [], BytesAround);
        return batch;
    }

    private bool HasRoom(RunEntry entry) =>
        (entry.Metric is null || _metrics.Count < TrackingLimits.BatchMetrics)
        && (entry.Param is null || _params.Count < TrackingLimits.BatchParams)
        && (entry.Tag is null || _tags.Count < TrackingLimits.BatchTags);

    private static int Size(RunEntry entry) =>
        entry.Metric is { } metric ? Size(metric.Key) + Size(metric.DatasetName) + Size(metric.DatasetDigest) + Size(metric.ModelId)
        : entry.Param is { } param ? Size(param.Key) + Size(param.Value)
        : entry.Tag is { } tag ? Size(tag.Key) + Size(tag.Value)
        : 0;

    // JSON writes what is not plain ASCII as \uXXXX.
    private static int Size(string? text)
    {
        var size = 0;
        foreach (var character in text ?? "")
            size += char.IsAsciiLetterOrDigit(character) || character is ' ' or '.' or '_' or '-' or '/' or ',' or ':' ? 1 : 6;
        return size;
    }
}

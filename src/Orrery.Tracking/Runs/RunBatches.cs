using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Rules for what one request may log.</summary>
internal static class RunBatches
{
    public const int MaxMetrics = 1000;
    public const int MaxParams = 100;
    public const int MaxTags = 100;
    public const int MaxInAll = 1000;

    /// <summary>Largest body of a log-batch, in bytes.</summary>
    public const int MaxBody = 1_000_000;

    /// <summary>Why a batch is refused; null when it is not.</summary>
    public static Failure? Check(RunBatch batch)
    {
        var total = batch.Metrics.Count + batch.Params.Count + batch.Tags.Count;
        if (batch.Metrics.Count > MaxMetrics)
            return RunFailures.TooMany("metrics", MaxMetrics, batch.Metrics.Count);
        if (batch.Params.Count > MaxParams)
            return RunFailures.TooMany("params", MaxParams, batch.Params.Count);
        if (batch.Tags.Count > MaxTags)
            return RunFailures.TooMany("tags", MaxTags, batch.Tags.Count);
        if (total > MaxInAll)
            return RunFailures.TooMany("metrics, params, and tags", MaxInAll, total);
        return CheckKeys(batch) ?? CheckDuplicates(batch.Params);
    }

    /// <summary>The pairs, long values cut, as MLflow does by default.</summary>
    public static IReadOnlyList<Pair> Cut(IReadOnlyList<Pair> pairs, int max) => pairs.Any(p => p.Value.Length > max)
        ? [.. pairs.Select(p => new Pair(p.Key, Names.Cut(p.Value, max)))]
        : pairs;

    /// <summary>The last value given for each key.</summary>
    public static IReadOnlyList<Pair> LastOfEach(IReadOnlyList<Pair> pairs) => pairs.Count < 2
        ? pairs
        : [.. pairs.Reverse().DistinctBy(static p => p.Key).Reverse()];

    private static Failure? CheckKeys(RunBatch batch)
    {
        var single = batch.Metrics.Count + batch.Params.Count + batch.Tags.Count == 1;
        for (var i = 0; i < batch.Metrics.Count; i++)
        {
            if (Names.CheckKey(batch.Metrics[i].Key, single ? "name" : $"metrics[{i}].name") is { } bad)
                return bad;
        }

        for (var i = 0; i < batch.Params.Count; i++)
        {
            if (Names.CheckKey(batch.Params[i].Key, single ? "key" : $"params[{i}].key") is { } bad)
                return bad;
        }

        for (var i = 0; i < batch.Tags.Count; i++)
        {
            if (Names.CheckKey(batch.Tags[i].Key, single ? "key" : $"tags[{i}].key") is { } bad)
                return bad;
        }

        return null;
    }

    private static Failure? CheckDuplicates(IReadOnlyList<Pair> parameters)
    {
        if (parameters.Count < 2)
            return null;
        var seen = new HashSet<string>(parameters.Count);
        var twice = parameters.Where(p => !seen.Add(p.Key)).Select(p => p.Key).Distinct().ToList();
        return twice.Count == 0 ? null : RunFailures.DuplicateParams(twice);
    }
}

namespace Orrery.Server;

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Only rises.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Counts in buckets, and a sum.</summary>
    Histogram,
}

/// <summary>One label set at the time of a scrape.</summary>
/// <param name="Tags">Names and values as measured.</param>
/// <param name="Value">The value; of a histogram the sum.</param>
/// <param name="Buckets">Counts, one more than there are bounds; empty when this is no histogram.</param>
internal sealed record MetricSample(KeyValuePair<string, object?>[] Tags, double Value, long[] Buckets)
{
    /// <summary>One for each bucket that has one; empty when there are none at all.</summary>
    public Exemplar?[] Exemplars { get; init; } = [];
}

/// <summary>A metric at the time of a scrape.</summary>
/// <param name="Name">Prometheus name without <c>_total</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Bounds">Upper bounds of a histogram's buckets, rising, without infinity.</param>
/// <param name="Samples">One for each label set.</param>
internal sealed record MetricSnapshot(string Name, MetricKind Kind, string Help, double[] Bounds, IReadOnlyList<MetricSample> Samples);

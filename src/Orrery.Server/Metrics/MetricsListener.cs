using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orrery.Server;

/// <summary>
/// Keeps what the process measures, for <c>/metrics</c>: every meter of ours, the requests and connections of ASP.NET Core, the
/// runtime. A measurement costs one look-up and one or two interlocked additions.
/// </summary>
internal sealed class MetricsListener : IDisposable
{
    private static readonly string[] Meters =
        ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];

    private static readonly double[] SecondsBounds = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] PlainBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();
    private readonly int _maxSeries;
    private readonly IMeterFactory _factory;
    private readonly ILogger _logger;
    private long _scrapes;

    public MetricsListener(MetricsOptions options, IMeterFactory factory, ILogger<MetricsListener> logger)
    {
        _maxSeries = options.MaxSeries;
        _factory = factory;
        _logger = logger;
        _listener.InstrumentPublished = Publish;
        Take<byte>(static value => value);
        Take<short>(static value => value);
        Take<int>(static value => value);
        Take<long>(static value => value);
        Take<float>(static value => value);
        Take<double>(static value => value);
        Take<decimal>(static value => (double)value);
        _listener.Start();
    }

    /// <summary>Everything measured so far, by name. Observed instruments are read now.</summary>
    public IReadOnlyList<MetricSnapshot> Snapshot()
    {
        lock (_scraping)
        {
            _scrapes++;
            foreach (var family in _families.Values)
                family.Scrape = _scrapes;
            Observe();
            var metrics = _families.Values.Select(family => family.Snapshot()).ToList();
            metrics.AddRange(RequestMetrics.Derive(metrics));
            metrics.Add(Overflow());
            return [.. metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Observe()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException e)
        {
            Log.ObservationFailed(_logger, e);
        }
    }

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var meter = instrument.Meter;
        var isOurs = meter.Name.StartsWith("Orrery.", StringComparison.Ordinal) || Meters.Contains(meter.Name);
        // Another host in this process, as in tests, has its own meters of the same names.
        if (!isOurs || (meter.Scope is not null && !ReferenceEquals(meter.Scope, _factory)))
            return;
        var kind = KindOf(instrument);
        var name = PrometheusName.Of(instrument.Name, instrument.Unit, kind);
        var family = _families.GetOrAdd(name, _ => new MetricFamily(
            name, kind, HelpOf(instrument), BoundsOf(instrument), instrument.IsObservable, _maxSeries));
        if (family.Kind == kind && family.IsObserved == instrument.IsObservable)
            listener.EnableMeasurementEvents(instrument, IsLevel(instrument) ? new Level(family) : family);
    }

    private void Take<T>(Func<T, double> convert)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, state) =>
        {
            if (state is MetricFamily family)
                family.Record(convert(value), tags);
            else
                ((Level)state!).Family.Replace(convert(value), tags);
        });

    private MetricSnapshot Overflow() => new(
        "orrery_metrics_overflow",
        MetricKind.Counter,
        "Measurements whose label set was one too many; they are summed under otel_metric_overflow.",
        [],
        [.. _families.Values.Where(family => family.Overflowed > 0).Select(family => new MetricSample([new("metric", family.Name)], family.Overflowed, []))]);

    private static bool IsLevel(Instrument instrument) => Generic(instrument) == typeof(Gauge<>);

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = Generic(instrument);
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    private static Type? Generic(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : null;

    private static string HelpOf(Instrument instrument) =>
        string.IsNullOrEmpty(instrument.Description) ? $"{instrument.Name} of {instrument.Meter.Name}." : instrument.Description;

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Instrument<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Instrument<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Instrument<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        { Unit: "s" } => SecondsBounds,
        _ => PlainBounds,
    };

    /// <summary>Marks an instrument that reports levels.</summary>
    private sealed record Level(MetricFamily Family);
}

using System.Diagnostics.Metrics;

namespace Orrery.Serving;

/// <summary>Instruments that all lookups share.</summary>
internal sealed class LookupInstruments
{
    private static readonly InstrumentAdvice<double> Fast = new() { HistogramBucketBoundaries = [.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1] };

    public LookupInstruments(Meter meter)
    {
        Duration = meter.CreateHistogram("model.feature_lookup", unit: "s", description: "Time to look the features of a prediction up in the online store.", advice: Fast);
        Misses = meter.CreateCounter<long>("model.feature_lookup.misses", unit: "{value}", description: "Values of features that the online store did not have, by why.");
    }

    public Histogram<double> Duration { get; }

    public Counter<long> Misses { get; }
}

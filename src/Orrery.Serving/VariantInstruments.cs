using System.Diagnostics.Metrics;

namespace Orrery.Serving;

/// <summary>Instruments that all variants share.</summary>
internal sealed record VariantInstruments(
    Histogram<double> Latency, Histogram<double> ColdStart, Histogram<double> ShadowLatency, Histogram<double> Difference, Counter<long> ShadowLabels, Counter<long> Shadows);

using System.Diagnostics.Metrics;

namespace Orrery.Serving;

/// <summary>Instruments that the queues before all models' workers share.</summary>
internal sealed record PoolInstruments(Histogram<double> Wait, Histogram<long> Requests, Histogram<long> Rows);

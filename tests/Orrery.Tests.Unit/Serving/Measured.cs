using System.Diagnostics.Metrics;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Adds up what is measured while it lives, by instrument and one tag.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Tag), double> _sums = [];
    private readonly Dictionary<(string Instrument, string Tag), int> _counts = [];

    public Measured(Orrery.Serving.ServingMetrics metrics, string tag)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter && !instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags, tag));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags, tag));
        _listener.Start();
    }

    public double this[string instrument, string tag]
    {
        get
        {
            lock (_sums)
                return _sums.GetValueOrDefault((instrument, tag));
        }
    }

    /// <summary>How often it was measured.</summary>
    public int Count(string instrument, string tag)
    {
        lock (_sums)
            return _counts.GetValueOrDefault((instrument, tag));
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        var tagged = "";
        foreach (var tag in tags)
        {
            if (tag.Key == name)
                tagged = $"{tag.Value}";
        }

        lock (_sums)
        {
            _sums[(instrument.Name, tagged)] = _sums.GetValueOrDefault((instrument.Name, tagged)) + value;
            _counts[(instrument.Name, tagged)] = _counts.GetValueOrDefault((instrument.Name, tagged)) + 1;
        }
    }
}

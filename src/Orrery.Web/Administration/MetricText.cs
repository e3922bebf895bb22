using System.Globalization;

namespace Orrery.Web;

/// <summary>Metrics in the text format of Prometheus, read.</summary>
internal sealed class MetricText
{
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    /// <param name="text">As the server answers it.</param>
    public MetricText(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] is '#' || line.LastIndexOf(' ') is not (> 0 and var cut))
                continue;
            var named = line[..cut];
            var open = named.IndexOf('{');
            if (double.TryParse(line[(cut + 1)..], CultureInfo.InvariantCulture, out var value))
                _samples.Add((named[..(open < 0 ? named.Length : open)].ToString(), open < 0 ? "" : named[open..].ToString(), value));
        }
    }

    /// <summary>Sum over all series of a metric; null for none.</summary>
    public double? Sum(string name) => _samples.Where(one => one.Name == name).Select(static one => (double?)one.Value).Aggregate((double?)null, static (sum, value) => (sum ?? 0) + value);

    /// <summary>Series of a metric added up by the value of a label.</summary>
    public Dictionary<string, double> By(string name, string label) =>
        _samples.Where(one => one.Name == name).GroupBy(one => Label(one.Labels, label)).ToDictionary(static group => group.Key, static group => group.Sum(static one => one.Value));

    private static string Label(string labels, string name)
    {
        var begin = labels.IndexOf($"{name}=\"", StringComparison.Ordinal);
        if (begin < 0)
            return "";
        begin += name.Length + 2;
        return labels[begin..Math.Max(begin, labels.IndexOf('"', begin))];
    }
}

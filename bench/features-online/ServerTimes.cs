using System.Globalization;
using Orrery.Testing;

namespace Orrery.FeaturesOnlineBench;

/// <summary>The server's own histogram of online reads, from its metrics page.</summary>
internal sealed class ServerTimes
{
    private const string Name = "orrery_features_online_duration_seconds_bucket";
    private readonly SortedDictionary<double, double> _atMost = [];

    public static async Task<ServerTimes> ReadAsync(ServerProcess server)
    {
        var times = new ServerTimes();
        foreach (var line in (await server.Client.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n'))
        {
            if (!line.StartsWith(Name, StringComparison.Ordinal) || !line.Contains("answered", StringComparison.Ordinal))
                continue;
            var from = line.IndexOf("le=\"", StringComparison.Ordinal) + 4;
            var text = line[from..line.IndexOf('"', from)];
            var bound = text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
            times._atMost[bound] = double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }

        return times;
    }

    /// <summary>Milliseconds that a share of the requests since then stayed within, at most: the bound of a bucket.</summary>
    public double Bound(ServerTimes before, double share)
    {
        var total = _atMost.Count == 0 ? 0 : _atMost.Last().Value - before._atMost.GetValueOrDefault(double.PositiveInfinity);
        foreach (var (bound, count) in _atMost)
        {
            if (count - before._atMost.GetValueOrDefault(bound) >= total * share)
                return bound * 1000;
        }

        return double.NaN;
    }
}

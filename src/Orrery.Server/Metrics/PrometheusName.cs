using System.Text;

namespace Orrery.Server;

/// <summary>Names of Prometheus made from names and units of OpenTelemetry.</summary>
internal static class PrometheusName
{
    private const string Total = "_total";

    /// <summary>Name of a metric with its unit, without <c>_total</c>: <c>http.server.request.duration</c>, <c>s</c> gives <c>http_server_request_duration_seconds</c>.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var plain = Sanitize(name);
        if (plain.EndsWith(Total, StringComparison.Ordinal))
            plain = plain[..^Total.Length];
        if (UnitOf(unit) is { Length: > 0 } suffix && !plain.EndsWith("_" + suffix, StringComparison.Ordinal))
            plain += "_" + suffix;
        return kind is MetricKind.Gauge ? Plural(plain) : plain;
    }

    /// <summary>Letters, digits and underscores; anything else becomes one underscore.</summary>
    public static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                text.Append(c);
            else if (text.Length == 0 || text[^1] != '_')
                text.Append('_');
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }

    // _count belongs to histograms: thread_pool_thread_count is thread_pool_threads.
    private static string Plural(string name)
    {
        const string count = "_count";
        if (!name.EndsWith(count, StringComparison.Ordinal))
            return name;
        var thing = name[..^count.Length];
        return thing.EndsWith('y') ? thing[..^1] + "ies" : thing + "s";
    }

    private static string UnitOf(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        "By/s" => "bytes_per_second",
        _ when unit.StartsWith('{') => "",
        _ => Sanitize(unit),
    };
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Orrery.Server;

/// <summary>
/// Writes metrics as Prometheus reads them: text format 0.0.4, or OpenMetrics 1.0.0, which names counters without <c>_total</c>
/// in their headings, gives buckets the trace of a measurement as their exemplar, and ends with <c># EOF</c>.
/// </summary>
internal sealed class PrometheusText(IBufferWriter<byte> output, bool openMetrics)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public void Write(IEnumerable<MetricSnapshot> metrics)
    {
        foreach (var metric in metrics)
        {
            if (metric.Samples.Count > 0)
                Write(metric);
        }

        if (openMetrics)
            Text("# EOF\n");
    }

    private void Write(MetricSnapshot metric)
    {
        var sampled = metric.Kind is MetricKind.Counter ? metric.Name + "_total" : metric.Name;
        var heading = openMetrics ? metric.Name : sampled;
        Text($"# HELP {heading} {EscapeHelp(metric.Help)}\n");
        Text($"# TYPE {heading} {Word(metric.Kind)}\n");
        foreach (var sample in metric.Samples)
        {
            var labels = Labels(sample.Tags);
            if (metric.Kind is MetricKind.Histogram)
                WriteHistogram(metric, sample, labels);
            else
                Sample(sampled, labels, sample.Value);
        }
    }

    private void WriteHistogram(MetricSnapshot metric, MetricSample sample, string labels)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        var count = 0L;
        for (var i = 0; i < sample.Buckets.Length; i++)
        {
            count += sample.Buckets[i];
            var bound = i < metric.Bounds.Length ? Number(metric.Bounds[i], openMetrics) : "+Inf";
            Sample(metric.Name + "_bucket", $"{before}le=\"{bound}\"", count, i < sample.Exemplars.Length ? sample.Exemplars[i] : null);
        }

        Sample(metric.Name + "_sum", labels, sample.Value);
        Sample(metric.Name + "_count", labels, count);
    }

    private void Sample(string name, string labels, double value, Exemplar? exemplar = null)
    {
        Text(labels.Length == 0 ? $"{name} {Number(value, dotted: false)}" : $"{name}{{{labels}}} {Number(value, dotted: false)}");
        if (openMetrics && exemplar is not null)
            Text($" # {{trace_id=\"{exemplar.Trace}\",span_id=\"{exemplar.Span}\"}} {Number(exemplar.Value, dotted: false)}");
        Text("\n");
    }

    private static string Labels(KeyValuePair<string, object?>[] tags)
    {
        if (tags.Length == 0)
            return "";
        var labels = tags
            .Where(tag => tag.Value is not null)
            .Select(tag => (Name: PrometheusName.Sanitize(tag.Key), Value: EscapeLabel(Shown(tag.Value!))))
            .DistinctBy(label => label.Name)
            .OrderBy(label => label.Name, StringComparer.Ordinal);
        return string.Join(',', labels.Select(label => $"{label.Name}=\"{label.Value}\""));
    }

    private static string Shown(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private string EscapeHelp(string help)
    {
        var escaped = help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return openMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string EscapeLabel(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);

    // OpenMetrics wants bounds with a point: 1.0.
    private static string Number(double value, bool dotted)
    {
        if (double.IsPositiveInfinity(value))
            return "+Inf";
        if (double.IsNegativeInfinity(value))
            return "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return dotted && value == Math.Truncate(value) && !text.Contains('E', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private void Text(string text) => Encoding.UTF8.GetBytes(text, output);
}

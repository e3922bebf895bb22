using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Orrery.Tracking;

/// <summary>
/// MLflow's JSON of many points of one metric, written straight into bytes: all but three numbers of a point is the same
/// from point to point.
/// </summary>
internal static class MetricJson
{
    private const int MaxNumbers = 24 + 20 + 20;

    /// <summary>Writes the list <c>metrics</c>; nothing when there are no points.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="key">Of the metric.</param>
    /// <param name="runs">Points of each run, in order.</param>
    /// <param name="withRunId">Give each point its run's id.</param>
    public static void Write(Utf8JsonWriter json, string key, IReadOnlyList<(string RunId, ReadOnlyMemory<MetricPoint> Points)> runs, bool withRunId)
    {
        var count = runs.Sum(static r => r.Points.Length);
        if (count == 0)
            return;
        var head = Encoding.UTF8.GetBytes($$"""{"key":"{{JsonEncodedText.Encode(key)}}","value":""");
        var bytes = ArrayPool<byte>.Shared.Rent(checked(count * (head.Length + 96 + MaxNumbers) + 2));
        try
        {
            var at = 0;
            bytes[at++] = (byte)'[';
            foreach (var (runId, points) in runs)
            {
                var tail = withRunId ? Encoding.UTF8.GetBytes($$""","run_id":"{{runId}}"}""") : "}"u8.ToArray();
                foreach (var point in points.Span)
                {
                    if (at > 1)
                        bytes[at++] = (byte)',';
                    at += Write(bytes.AsSpan(at), head, point, tail);
                }
            }

            bytes[at++] = (byte)']';
            json.WritePropertyName("metrics"u8);
            json.WriteRawValue(bytes.AsSpan(0, at), skipInputValidation: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static int Write(Span<byte> to, ReadOnlySpan<byte> head, MetricPoint point, ReadOnlySpan<byte> tail)
    {
        var at = Copy(to, 0, head);
        if (double.IsFinite(point.Value))
        {
            Utf8Formatter.TryFormat(point.Value, to[at..], out var written);
            at += written;
        }
        else
        {
            at = Copy(to, at, double.IsNaN(point.Value) ? "\"NaN\""u8 : point.Value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
        }

        at = Copy(to, at, ",\"timestamp\":"u8);
        Utf8Formatter.TryFormat(point.At, to[at..], out var digits);
        at = Copy(to, at + digits, ",\"step\":"u8);
        Utf8Formatter.TryFormat(point.Step, to[at..], out digits);
        return Copy(to, at + digits, tail);
    }

    private static int Copy(Span<byte> to, int at, ReadOnlySpan<byte> from)
    {
        from.CopyTo(to[at..]);
        return at + from.Length;
    }
}

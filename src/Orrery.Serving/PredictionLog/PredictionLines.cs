using System.Globalization;
using System.Text;

namespace Orrery.Serving;

/// <summary>A line of text for each prediction, for those who read or ship text: <c>Orrery:Serving:PredictionLines</c>.</summary>
internal sealed class PredictionLines : IDisposable
{
    private readonly StringBuilder _line = new();
    private readonly StreamWriter? _writer;

    public PredictionLines(ServingOptions options)
    {
        if (options.PredictionLines.Length == 0)
            return;
        var stream = options.PredictionLines == "stdout"
            ? Console.OpenStandardOutput()
            : new FileStream(options.PredictionLines, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _writer = new StreamWriter(stream, new UTF8Encoding(false));
    }

    public bool IsOn => _writer is not null;

    /// <summary>The line: <c>2026-11-05T08:00:00.000Z INFO [model=churn-predictor v=2] Prediction: customer_id=123, churn_probability=0.72, latency=95ms</c>.</summary>
    public static void Format(StringBuilder line, LogEntry entry)
    {
        var facts = entry.Facts;
        line.Append(CultureInfo.InvariantCulture, $"{facts.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} INFO [model={entry.Variant.Model} v={entry.Variant.Version}] Prediction: ");
        if ((entry.Rows == 1 ? entry.Entity(0) : facts.Entity) is { Length: > 0 } entity)
            line.Append(entity).Append(", ");
        if (entry.Rows > 1)
        {
            line.Append(CultureInfo.InvariantCulture, $"rows={entry.Rows}, ");
        }
        else
        {
            for (var index = 0; index < entry.Outputs.Count; index++)
            {
                line.Append(entry.Outputs[index].Name).Append('=');
                Value(line, entry.Outputs[index]);
                line.Append(", ");
            }
        }

        var milliseconds = facts.Latency.TotalMilliseconds;
        line.Append("latency=").Append(milliseconds.ToString(milliseconds < 10 ? "0.##" : "0", CultureInfo.InvariantCulture)).Append("ms");
    }

    public void Write(LogEntry entry)
    {
        _line.Clear();
        Format(_line, entry);
        try
        {
            _writer!.Write(_line.Append('\n'));
        }
        catch (IOException)
        {
            // A terminal that is gone, a disk that is full: lines are for reading along.
        }
    }

    public void Flush()
    {
        try
        {
            _writer?.Flush();
        }
        catch (IOException)
        {
            // As above.
        }
    }

    public void Dispose()
    {
        Flush();
        _writer?.Dispose();
    }

    private static void Value(StringBuilder line, Tensor tensor)
    {
        if (tensor.Elements != 1)
            line.Append('[');
        for (var index = 0; index < Math.Min(tensor.Elements, 16); index++)
        {
            if (index > 0)
                line.Append(", ");
            line.Append(Element(tensor, index));
        }

        if (tensor.Elements > 16)
            line.Append(", ...");
        if (tensor.Elements != 1)
            line.Append(']');
    }

    private static string Element(Tensor tensor, int index) => tensor.Type switch
    {
        DataType.FP32 => tensor.Values<float>()[index].ToString("0.####", CultureInfo.InvariantCulture),
        DataType.FP64 => tensor.Values<double>()[index].ToString("0.####", CultureInfo.InvariantCulture),
        DataType.INT64 => tensor.Values<long>()[index].ToString(CultureInfo.InvariantCulture),
        DataType.INT32 => tensor.Values<int>()[index].ToString(CultureInfo.InvariantCulture),
        DataType.BOOL => tensor.Bytes[index] == 0 ? "false" : "true",
        DataType.BYTES => Clean(Encoding.UTF8.GetString(tensor.Text(index))),
        _ => $"({tensor.Type})",
    };

    // A line is a line.
    private static string Clean(string text) => string.Concat((text.Length <= 80 ? text : text[..80] + "...").Select(static c => char.IsControl(c) ? ' ' : c));
}

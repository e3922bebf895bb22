using System.Buffers;
using System.Text.Json;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Rows of one deployment and day that become a file. For one thread at a time.</summary>
internal sealed class LogFile : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DuckConnection _connection;
    private readonly DuckAppender _appender;
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Plain);
    private readonly string _schema;
    private readonly SubjectCodes _codes;

    public LogFile(DuckDatabase database, int number, DeploymentKey key, DateOnly day, DateTimeOffset begun, SubjectCodes codes)
    {
        (Key, Day, Begun, _schema, _codes) = (key, day, begun, $"log_{number}", codes);
        _connection = database.Connect();
        try
        {
            _appender = LogFileStore.Begin(_connection, _schema);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public DeploymentKey Key { get; }

    public DateOnly Day { get; }

    public DateTimeOffset Begun { get; }

    public int Rows { get; private set; }

    public int Predictions { get; private set; }

    public long From { get; private set; } = long.MaxValue;

    public long To { get; private set; }

    /// <summary>Adds the rows of a prediction.</summary>
    public void Append(LogEntry entry)
    {
        var at = entry.Facts.At.ToUnixTimeMilliseconds();
        (From, To) = (Math.Min(From, at), Math.Max(To, at));
        var id = entry.Facts.Id.ToString("N");
        for (var row = 0; row < entry.Rows; row++)
            Append(entry, id, at, row);
        Rows += (int)entry.Rows;
        Predictions++;
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        _appender.Close();
        LogFileStore.Write(_connection, _schema, path);
    }

    public void Dispose()
    {
        _appender.Dispose();
        try
        {
            LogFileStore.End(_connection, _schema);
        }
        catch (DuckException)
        {
            // The engine is broken; it goes with its process.
        }

        _connection.Dispose();
        _json.Dispose();
    }

    private void Append(LogEntry entry, string id, long at, int row)
    {
        var (variant, key, facts) = (entry.Variant, entry.Deployment.Row.Key, entry.Facts);
        var user = entry.Deployment.Log!.User;
        _appender.Append(id).Append(row).Append(DateTimeOffset.FromUnixTimeMilliseconds(at)).Append(key.Environment).Append(key.Name)
            .Append(entry.Deployment.Row.Revision).Append(variant.Name).Append(variant.Model).Append(variant.Version).Append(entry.Comparison is not null)
            .Append(user ? facts.User : null).Append(user ? entry.Entity(row) : null).Append(facts.Latency.TotalMilliseconds);
        Json(entry.Inputs, facts.Columns, entry.Rows, row);
        Features(entry.Inputs.Count > 0 ? entry.LookedUp : null, row);
        Json(entry.Outputs, [], entry.Rows, row);
        Number(entry.Comparison?.Difference);
        Number(entry.Comparison?.LabelsEqual);
        _appender.Append(_codes.Of(key.Workspace, facts.Entity, entry.LookedUp?.Entity(row)));
        _appender.EndRow();
    }

    private void Json(TensorList tensors, IReadOnlyList<string> columns, long rows, int row)
    {
        if (tensors.Count == 0)
        {
            _appender.AppendNull();
            return;
        }

        _text.ResetWrittenCount();
        _json.Reset(_text);
        LogJson.Write(_json, tensors, columns, rows, row);
        _json.Flush();
        _appender.AppendUtf8(_text.WrittenSpan);
    }

    private void Features(LookupRecord? lookedUp, int row)
    {
        if (lookedUp is null)
        {
            _appender.AppendNull();
            return;
        }

        _text.ResetWrittenCount();
        _json.Reset(_text);
        lookedUp.Write(_json, row);
        _json.Flush();
        _appender.AppendUtf8(_text.WrittenSpan);
    }

    private void Number(double? value)
    {
        if (value is { } number)
            _appender.Append(number);
        else
            _appender.AppendNull();
    }
}

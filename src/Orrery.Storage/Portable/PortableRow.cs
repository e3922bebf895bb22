using System.Buffers;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orrery.Storage;

/// <summary>A row of a table that travels, as a line of JSON: the columns by name, in the order they are declared.</summary>
/// <remarks>Whole numbers have all their 64 bits; numbers read back as the same double, infinities are texts; bytes are base64.</remarks>
public static class PortableRow
{
    private const string Infinity = "Infinity";
    private const string MinusInfinity = "-Infinity";
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a row as a line, its end included.</summary>
    /// <param name="table">Of the row.</param>
    /// <param name="row">Its columns, in order.</param>
    /// <param name="workspace">Name of the workspace, which blob keys begin with.</param>
    /// <param name="to">Where to.</param>
    public static void WriteLine(PortableTable table, object?[] row, string workspace, IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(row);
        using (var json = new Utf8JsonWriter(to, Relaxed))
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                json.WritePropertyName(table.Columns[i].Name);
                Write(json, table, table.Columns[i], row[i], workspace);
            }

            json.WriteEndObject();
        }

        to.Write("\n"u8);
    }

    /// <summary>Reads a line. What it holds is not trusted.</summary>
    /// <param name="table">Of the row.</param>
    /// <param name="line">Without its end.</param>
    /// <param name="workspace">Name of the workspace that blob keys are to begin with.</param>
    /// <param name="row">The columns, in order.</param>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static string? Read(PortableTable table, ReadOnlySpan<byte> line, string workspace, out object?[] row)
    {
        ArgumentNullException.ThrowIfNull(table);
        row = new object?[table.Columns.Count];
        var seen = new bool[row.Length];
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
                return "is not a JSON object";
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                var index = IndexOf(table, name);
                if (index < 0)
                    return $"has a column '{Clip(name)}', which this server's {table.Name} does not take";
                if (seen[index])
                    return $"has the column '{name}' twice";
                seen[index] = true;
                json.Read();
                if (ReadValue(ref json, table, table.Columns[index], workspace, out row[index]) is { } wrong)
                    return $"has a column '{name}' that {wrong}";
            }

            if (json.Read())
                return "goes on after its end";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return "is not JSON";
        }

        for (var i = 0; i < row.Length; i++)
        {
            if (!seen[i] && !table.Columns[i].IsNullable)
                return $"has no column '{table.Columns[i].Name}'";
        }

        return table.Check?.Invoke(row);
    }

    /// <summary>Order of the keys of two rows: that of the table's primary key, on every database.</summary>
    public static int CompareKeys(PortableTable table, object?[] left, object?[] right)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        foreach (var index in table.KeyIndexes)
        {
            var order = (left[index], right[index]) switch
            {
                (string a, string b) => Utf8Order.Instance.Compare(a, b),
                (long a, long b) => a.CompareTo(b),
                (double a, double b) => a.CompareTo(b),
                _ => throw new InvalidOperationException($"{table.Name} has a key of a type that has no order."),
            };
            if (order != 0)
                return order;
        }

        return 0;
    }

    internal static object?[] Of(PortableTable table, DbDataReader row)
    {
        var values = new object?[table.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.IsDBNull(i) ? null : table.Columns[i].Type switch
            {
                PortableType.Whole or PortableType.Flag => row.GetInt64(i),
                PortableType.Number => row.GetDouble(i),
                PortableType.Bytes => row.GetFieldValue<byte[]>(i),
                _ => row.GetString(i),
            };
        }

        return values;
    }

    private static void Write(Utf8JsonWriter json, PortableTable table, PortableColumn column, object? value, string workspace)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text when column.Type is PortableType.BlobKey:
                json.WriteStringValue(WithoutWorkspace(table, text, workspace));
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case long whole:
                json.WriteNumberValue(whole);
                break;
            case double number when double.IsInfinity(number):
                json.WriteStringValue(number > 0 ? Infinity : MinusInfinity);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            default:
                throw new InvalidOperationException($"{table.Name}.{column.Name} holds a {value.GetType().Name}.");
        }
    }

    private static string? ReadValue(ref Utf8JsonReader json, PortableTable table, PortableColumn column, string workspace, out object? value)
    {
        value = null;
        if (json.TokenType is JsonTokenType.Null)
            return column.Problem(null);
        switch (column.Type)
        {
            case PortableType.Whole or PortableType.Flag:
                if (json.TokenType is not JsonTokenType.Number || !json.TryGetInt64(out var whole))
                    return "is not a whole number of 64 bits";
                value = whole;
                break;
            case PortableType.Number:
                if (json.TokenType is JsonTokenType.String && json.GetString() is Infinity or MinusInfinity)
                    value = json.ValueTextEquals(Infinity) ? double.PositiveInfinity : double.NegativeInfinity;
                else if (json.TokenType is JsonTokenType.Number && json.TryGetDouble(out var number) && double.IsFinite(number))
                    value = number;
                else
                    return "is not a number";
                break;
            case PortableType.Bytes:
                if (json.TokenType is not JsonTokenType.String || !json.TryGetBytesFromBase64(out var bytes))
                    return "is not base64";
                value = bytes;
                break;
            default:
                if (json.TokenType is not JsonTokenType.String)
                    return "is not a text";
                value = json.GetString();
                break;
        }

        if (column.Problem(value) is { } problem)
            return problem;
        return column.Type is PortableType.BlobKey ? ReadKey(table, ref value, workspace) : null;
    }

    // Only within the workspace's own folder of that kind.
    private static string? ReadKey(PortableTable table, ref object? value, string workspace)
    {
        var key = (string)value!;
        if (IsOwn(table, key))
            return null;
        if (!key.StartsWith(table.BlobFolder, StringComparison.Ordinal) || !BlobKey.IsValid($"{workspace}/{key}", out _))
            return $"is '{Clip(key)}', which is no key of blobs below '{table.BlobFolder}'";
        value = $"{workspace}/{key}";
        return null;
    }

    private static string WithoutWorkspace(PortableTable table, string key, string workspace)
    {
        if (IsOwn(table, key))
            return key;
        return key.Length > workspace.Length && key.StartsWith(workspace, StringComparison.Ordinal) && key[workspace.Length] == '/'
            ? key[(workspace.Length + 1)..]
            : throw new InvalidDataException($"{table.Name} names the blob '{key}', which is not one of the workspace '{workspace}'.");
    }

    private static bool IsOwn(PortableTable table, string key) => table.OwnKeys is { } own && key.StartsWith(own, StringComparison.Ordinal);

    private static int IndexOf(PortableTable table, string name)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i].Name == name)
                return i;
        }

        return -1;
    }

    private static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "...";
}

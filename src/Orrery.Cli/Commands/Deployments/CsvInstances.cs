using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary>Makes a V1 request of CSV (RFC 4180): an instance a line. Numbers and truth values are such, empty fields are null, the rest is text.</summary>
internal static class CsvInstances
{
    /// <summary>The request's body.</summary>
    /// <param name="text">Lines; the first names the columns, unless it holds numbers alone.</param>
    /// <param name="asLists">Sends values in their order, even when the columns have names.</param>
    /// <exception cref="UsageException">It is no CSV.</exception>
    public static string Of(string text, bool asLists)
    {
        var lines = Lines(text);
        var hasNames = !lines[0].All(static field => IsNumber(field.Text));
        var names = hasNames ? lines[0].ConvertAll(static field => field.Text) : [];
        var rows = hasNames ? lines.Skip(1).ToList() : lines;
        if (rows.Count == 0)
            throw new UsageException("The CSV has names of columns and no rows.");
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("instances");
            for (var row = 0; row < rows.Count; row++)
            {
                if (rows[row].Count != lines[0].Count)
                    throw new UsageException($"Row {row + 1} of the CSV has {rows[row].Count} fields, the first line has {lines[0].Count}.");
                Write(json, asLists ? [] : names, rows[row]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, List<string> names, List<(string Text, bool Quoted)> row)
    {
        if (names.Count == 0)
            json.WriteStartArray();
        else
            json.WriteStartObject();
        for (var column = 0; column < row.Count; column++)
        {
            if (names.Count > 0)
                json.WritePropertyName(names[column]);
            Write(json, row[column].Text, row[column].Quoted);
        }

        if (names.Count == 0)
            json.WriteEndArray();
        else
            json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string text, bool quoted)
    {
        if (quoted)
            json.WriteStringValue(text);
        else if (text.Length == 0)
            json.WriteNullValue();
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            json.WriteNumberValue(whole);
        else if (IsNumber(text))
            json.WriteNumberValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        else if (text is "true" or "false")
            json.WriteBooleanValue(text is "true");
        else
            json.WriteStringValue(text);
    }

    private static bool IsNumber(string text) =>
        text.Length > 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static List<List<(string Text, bool Quoted)>> Lines(string text)
    {
        var lines = new List<List<(string Text, bool Quoted)>>();
        var place = 0;
        while (place < text.Length)
        {
            var line = Line(text, ref place);
            if (line is not [("", false)])
                lines.Add(line);
        }

        return lines;
    }

    private static List<(string Text, bool Quoted)> Line(string text, ref int place)
    {
        var fields = new List<(string Text, bool Quoted)>();
        while (true)
        {
            var quoted = place < text.Length && text[place] is '"';
            fields.Add((quoted ? Quoted(text, ref place) : Plain(text, ref place), quoted));
            if (place >= text.Length || text[place] is not ',')
                break;
            place++;
        }

        if (place < text.Length && text[place] is not ('\r' or '\n'))
            throw new UsageException($"The CSV has '{text[place]}' behind a closing quote, in field {fields.Count} of a line.");
        while (place < text.Length && text[place] is '\r' or '\n')
            place++;
        return fields;
    }

    private static string Plain(string text, ref int place)
    {
        var end = text.AsSpan(place).IndexOfAny(",\r\n");
        var field = end < 0 ? text[place..] : text.Substring(place, end);
        place += field.Length;
        return field.Trim();
    }

    private static string Quoted(string text, ref int place)
    {
        var field = new StringBuilder();
        for (place++; ; place++)
        {
            if (place >= text.Length)
                throw new UsageException("A quote in the CSV is not closed.");
            if (text[place] is not '"')
                field.Append(text[place]);
            else if (place + 1 < text.Length && text[place + 1] is '"')
                field.Append(text[place++]);
            else
                break;
        }

        place++;
        return field.ToString();
    }
}

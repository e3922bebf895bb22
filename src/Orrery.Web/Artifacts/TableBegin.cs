using System.Text;
using System.Text.Json;

namespace Orrery.Web;

/// <summary>The begin of a table.</summary>
/// <param name="Header">Names of its columns.</param>
/// <param name="Rows">Its first rows, each with a text a column.</param>
/// <param name="IsCut">Whether there is more of it.</param>
public sealed record TableBegin(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, bool IsCut)
{
    private const int MostRows = 200;
    private const int MostColumns = 60;
    private const int MostLetters = 300;
    private const int Depth = 16;

    /// <summary>Reads separated values (RFC 4180); null where they are no table.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">Between fields.</param>
    /// <param name="isCut">Whether it is the begin of more: its last line is left out.</param>
    public static TableBegin? OfCsv(string text, char separator, bool isCut)
    {
        if (isCut && text.LastIndexOf('\n') is var end and > 0)
            text = text[..end];
        var lines = Lines(text, separator).Take(MostRows + 2).ToList();
        return lines.Count < 2 || lines[0].Count < 2 ? null : new(lines[0], [.. lines.Skip(1).Take(MostRows)], isCut || lines.Count > MostRows + 1);
    }

    /// <summary>Reads JSON that holds a table, split (<c>columns</c> and <c>data</c>) or a list of objects; null for other JSON.</summary>
    public static TableBegin? OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = Depth });
            return document.RootElement switch
            {
                { ValueKind: JsonValueKind.Object } split => OfSplit(split),
                { ValueKind: JsonValueKind.Array } list => OfList(list),
                _ => null,
            };
        }
        // Half of a pair of surrogates is JSON, and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TableBegin? OfSplit(JsonElement split)
    {
        if (!split.TryGetProperty("columns", out var columns) || !split.TryGetProperty("data", out var data) || columns.ValueKind is not JsonValueKind.Array || data.ValueKind is not JsonValueKind.Array)
            return null;
        var header = columns.EnumerateArray().Take(MostColumns).Select(Text).ToList();
        var rows = data.EnumerateArray().Take(MostRows).Where(static row => row.ValueKind is JsonValueKind.Array).Select(row => (IReadOnlyList<string>)[.. row.EnumerateArray().Take(header.Count).Select(Text)]).ToList();
        return header.Count == 0 ? null : new(header, rows, data.GetArrayLength() > MostRows);
    }

    private static TableBegin? OfList(JsonElement list)
    {
        var objects = list.EnumerateArray().Take(MostRows).ToList();
        if (objects.Count == 0 || objects.Exists(static one => one.ValueKind is not JsonValueKind.Object))
            return null;
        var header = objects.SelectMany(static one => one.EnumerateObject().Select(static field => field.Name)).Distinct().Take(MostColumns).ToList();
        return header.Count == 0 ? null : new([.. header.Select(Short)], [.. objects.Select(one => (IReadOnlyList<string>)[.. header.Select(name => one.TryGetProperty(name, out var value) ? Text(value) : "")])], list.GetArrayLength() > MostRows);
    }

    private static IEnumerable<IReadOnlyList<string>> Lines(string text, char separator)
    {
        var (field, line, quoted) = (new StringBuilder(), new List<string>(), false);
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (quoted)
            {
                if (letter != '"')
                    field.Append(letter);
                else if (at + 1 < text.Length && text[at + 1] == '"')
                    field.Append(text[at++]);
                else
                    quoted = false;
            }
            else if (letter == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (letter == separator)
            {
                End(field, line);
            }
            else if (letter == '\n')
            {
                End(field, line);
                yield return line;
                line = [];
            }
            else if (letter != '\r')
            {
                field.Append(letter);
            }
        }

        if (field.Length == 0 && line.Count == 0)
            yield break;
        End(field, line);
        yield return line;
    }

    private static void End(StringBuilder field, List<string> line)
    {
        if (line.Count < MostColumns)
            line.Add(Short(field.ToString()));
        field.Clear();
    }

    private static string Text(JsonElement value) => Short(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    });

    private static string Short(string text) => text.Length <= MostLetters ? text : text[..MostLetters] + "…";
}

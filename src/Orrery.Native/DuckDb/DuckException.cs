using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Native;

/// <summary>DuckDB refused or failed. The message is DuckDB's own, with the line and the caret that it shows.</summary>
public sealed partial class DuckException : Exception
{
    /// <summary>Of DuckDB's message and, where it is known, the statement it speaks of.</summary>
    public DuckException(DuckErrorType type, string message, string? sql = null, Exception? inner = null)
        : base(message, inner)
    {
        Type = type;
        var shown = Position.Match(message);
        if (!shown.Success)
            return;
        Line = int.Parse(shown.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        Column = FindColumn(shown, sql, Line.Value);
    }

    /// <summary>The kind of failure.</summary>
    public DuckErrorType Type { get; }

    /// <summary>The line of the SQL, from 1; null when the failure has no place in it.</summary>
    public int? Line { get; }

    /// <summary>The character of that line, from 1; null when it has no place or DuckDB showed too little of a long line to tell.</summary>
    public int? Column { get; }

    /// <summary>The message on one line, without the quotation of the SQL: for logs.</summary>
    public string Summary => Spaces.Replace(Position.Replace(Message, ""), " ").Trim();

    // A long line is shown cut, with dots where it was cut.
    private static int? FindColumn(Match shown, string? sql, int line)
    {
        var text = shown.Groups["text"].Value;
        var caret = shown.Groups["space"].Length - shown.Groups["head"].Length;
        if (caret < 0)
            return null;
        if (!text.StartsWith("...", StringComparison.Ordinal))
            return caret + 1;
        if (sql?.Split('\n') is not { } lines || line > lines.Length)
            return null;
        var part = text[3..];
        if (part.EndsWith("...", StringComparison.Ordinal))
            part = part[..^3];
        var found = lines[line - 1].IndexOf(part, StringComparison.Ordinal);
        return found < 0 || lines[line - 1].IndexOf(part, found + 1, StringComparison.Ordinal) >= 0 ? null : found + caret - 3 + 1;
    }

    [GeneratedRegex(@"\n*(?<head>LINE (?<line>\d+): )(?<text>[^\n]*)\n(?<space> *)\^[^\n]*")]
    private static partial Regex Position { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces { get; }
}

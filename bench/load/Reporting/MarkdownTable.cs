using System.Text;

namespace Orrery.Load;

/// <summary>A table in Markdown, its columns aligned so that it reads well as plain text too.</summary>
/// <param name="headers">The first column is text, the others are numbers.</param>
internal sealed class MarkdownTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = headers.Select((header, column) => Math.Max(3, _rows.Select(row => row[column].Length).Append(header.Length).Max())).ToArray();
        var text = new StringBuilder();
        Line(headers);
        Line([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")]);
        _rows.ForEach(Line);
        return text.ToString();

        void Line(string[] cells) => text
            .Append("| ")
            .AppendJoin(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))
            .Append(" |\n");
    }
}

using System.Globalization;
using System.Security;
using System.Text;

namespace Churn;

/// <summary>Writes the few SVG elements that charts need. Coordinates are pixels from the top left.</summary>
internal sealed class Svg(int width, int height)
{
    public const string Ink = "#1f2933";
    public const string Muted = "#6b7785";
    public const string Grid = "#e4e8ed";

    private readonly StringBuilder _body = new();

    public void Line(double x1, double y1, double x2, double y2, string stroke, double strokeWidth = 1, string? dash = null) =>
        Append($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" stroke="{stroke}" stroke-width="{strokeWidth}"{Dash(dash)}/>""");

    public void Path(IEnumerable<Point> pixels, string stroke, double strokeWidth, string? dash = null)
    {
        var points = string.Join(' ', pixels.Select(pixel => Text($"{pixel.X:0.##},{pixel.Y:0.##}")));
        Append($"""<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="{strokeWidth}" stroke-linejoin="round" stroke-linecap="round"{Dash(dash)}/>""");
    }

    public void Dot(double x, double y, double radius, string fill) =>
        Append($"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{radius:0.##}" fill="{fill}" stroke="#ffffff" stroke-width="1.5"/>""");

    public void Bar(double x, double y, double barWidth, double barHeight, string fill) =>
        Append($"""<rect x="{x:0.##}" y="{y:0.##}" width="{Math.Max(barWidth, 0.5):0.##}" height="{barHeight:0.##}" rx="2" fill="{fill}"/>""");

    /// <summary>Writes text; <paramref name="anchor"/> is start, middle or end, and the angle turns it about its own position.</summary>
    public void Label(double x, double y, string text, int size = 13, string anchor = "start", string fill = Ink, int weight = 400, int angle = 0)
    {
        var turn = angle == 0 ? "" : Text($" transform=\"rotate({angle} {x:0.##} {y:0.##})\"");
        Append($"""<text x="{x:0.##}" y="{y:0.##}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}"{turn}>{SecurityElement.Escape(text)}</text>""");
    }

    /// <summary>The whole document: no scripts, no links, nothing fetched.</summary>
    public string Finish() => $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">
        <rect width="{width}" height="{height}" fill="#ffffff"/>
        {_body}</svg>

        """;

    private static string Dash(string? dash) => dash is null ? "" : $" stroke-dasharray=\"{dash}\"";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Append(FormattableString element) => _body.Append(Text(element)).Append('\n');
}

using System.Globalization;

namespace Churn;

/// <summary>Named values as horizontal bars, in the order given, each with its value written behind it.</summary>
internal sealed record BarChart(string Title, string Subtitle, string ValueTitle, string Format, IReadOnlyList<(string Name, double Value)> Bars)
{
    private const int Width = 720, Left = 266, Right = 650, Top = 78, RowHeight = 26;

    /// <summary>Where the bars start; above 0 only if the reader is told, which <see cref="ValueTitle"/> should do.</summary>
    public double Origin { get; init; }

    /// <summary>The bar to stress, by position; none by default.</summary>
    public int Stressed { get; init; } = -1;

    public string ToSvg()
    {
        var bottom = Top + RowHeight * Bars.Count;
        var svg = new Svg(Width, bottom + 66);
        svg.Label(24, 32, Title, size: 18, weight: 600);
        svg.Label(24, 53, Subtitle, fill: Svg.Muted);

        var axis = Axis.Around(ValueTitle, [Origin, .. Bars.Select(bar => bar.Value)]);
        foreach (var (value, text) in axis.Ticks())
        {
            var x = Left + axis.Share(value) * (Right - Left);
            svg.Line(x, Top - 4, x, bottom, Svg.Grid);
            svg.Label(x, bottom + 18, text, size: 12, anchor: "middle", fill: Svg.Muted);
        }

        for (var i = 0; i < Bars.Count; i++)
        {
            var y = Top + RowHeight * i;
            var length = axis.Share(Bars[i].Value) * (Right - Left);
            var muted = Stressed >= 0 && Stressed != i;
            svg.Label(Left - 10, y + 15, Bars[i].Name, size: 12, anchor: "end");
            svg.Bar(Left, y + 3, length, RowHeight - 8, muted ? "#a9c2f5" : Series.Blue);
            svg.Label(Left + length + 7, y + 15, Bars[i].Value.ToString(Format, CultureInfo.InvariantCulture), size: 12, fill: Svg.Muted);
        }

        svg.Line(Left, Top - 4, Left, bottom, Svg.Muted);
        svg.Label((Left + Right) / 2.0, bottom + 46, ValueTitle, anchor: "middle");
        return svg.Finish();
    }
}

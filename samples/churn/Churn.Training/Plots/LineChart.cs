namespace Churn;

/// <summary>Lines over two axes, with ticks, a grid and a legend.</summary>
internal sealed record LineChart(string Title, string Subtitle, Axis X, Axis Y, IReadOnlyList<Series> Series)
{
    private const int Width = 720, Height = 480;
    private const int Left = 76, Right = 696, Top = 78, Bottom = 408;

    /// <summary>An x value to mark with an upright line and its name, such as the iteration that was kept.</summary>
    public (double X, string Name)? Mark { get; init; }

    public string ToSvg()
    {
        var svg = new Svg(Width, Height);
        svg.Label(24, 32, Title, size: 18, weight: 600);
        svg.Label(24, 53, Subtitle, fill: Svg.Muted);
        DrawAxes(svg);
        if (Mark is { } mark)
        {
            var x = PixelX(mark.X);
            svg.Line(x, Top, x, Bottom, Svg.Muted, dash: "2 3");
            var nearRight = x > (Left + Right) / 2;
            svg.Label(nearRight ? x - 6 : x + 6, Top + 14, mark.Name, size: 12, anchor: nearRight ? "end" : "start", fill: Svg.Muted);
        }

        foreach (var series in Series)
            Draw(svg, series);
        DrawLegend(svg);
        return svg.Finish();
    }

    private double PixelX(double value) => Left + X.Share(value) * (Right - Left);

    private double PixelY(double value) => Bottom - Y.Share(value) * (Bottom - Top);

    private void DrawAxes(Svg svg)
    {
        foreach (var (value, text) in Y.Ticks())
        {
            svg.Line(Left, PixelY(value), Right, PixelY(value), Svg.Grid);
            svg.Label(Left - 9, PixelY(value) + 4, text, size: 12, anchor: "end", fill: Svg.Muted);
        }

        foreach (var (value, text) in X.Ticks())
        {
            svg.Line(PixelX(value), Bottom, PixelX(value), Bottom + 5, Svg.Muted);
            svg.Label(PixelX(value), Bottom + 20, text, size: 12, anchor: "middle", fill: Svg.Muted);
        }

        svg.Line(Left, Bottom, Right, Bottom, Svg.Muted);
        svg.Line(Left, Top, Left, Bottom, Svg.Muted);
        svg.Label((Left + Right) / 2.0, Bottom + 42, X.Title, anchor: "middle");
        svg.Label(22, (Top + Bottom) / 2.0, Y.Title, anchor: "middle", angle: -90);
    }

    private void Draw(Svg svg, Series series)
    {
        var pixels = series.Points.Select(point => new Point(PixelX(point.X), PixelY(point.Y))).ToArray();
        svg.Path(pixels, series.Colour, series.IsReference ? 1.5 : 2.5, series.IsReference ? "5 5" : null);
        if (!series.HasDots)
            return;
        var heaviest = series.Weights.DefaultIfEmpty(1).Max();
        for (var i = 0; i < pixels.Length; i++)
            svg.Dot(pixels[i].X, pixels[i].Y, series.Weights.Count == 0 ? 4 : 3.5 + 5 * Math.Sqrt(series.Weights[i] / heaviest), series.Colour);
    }

    private void DrawLegend(Svg svg)
    {
        double x = Left;
        foreach (var series in Series)
        {
            svg.Line(x, Height - 16, x + 22, Height - 16, series.Colour, series.IsReference ? 1.5 : 3, series.IsReference ? "5 5" : null);
            svg.Label(x + 29, Height - 12, series.Name, size: 12);
            x += 29 + 6.6 * series.Name.Length + 22;
        }
    }
}

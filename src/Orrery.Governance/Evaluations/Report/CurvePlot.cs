using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Draws a curve as SVG that needs nothing else.</summary>
internal static class CurvePlot
{
    private const int Size = 360;
    private const int Margin = 48;

    /// <summary>The drawing; null for a curve that is none over the unit square.</summary>
    public static string? Of(EvaluationCurve curve)
    {
        (int X, int Y, bool Diagonal)? axes = curve.Name switch
        {
            "roc" or "calibration" => (0, 1, true),
            "precision_recall" => (0, 1, false),
            "lift" => (0, 1, true),
            _ => null,
        };
        if (axes is not { } chosen || curve.Points.Count == 0)
            return null;
        var points = string.Join(' ', curve.Points.Select(point => $"{At(point[chosen.X])},{At(1 - point[chosen.Y])}"));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Size + (2 * Margin)} {Size + (2 * Margin)}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/><rect x=\"{Margin}\" y=\"{Margin}\" width=\"{Size}\" height=\"{Size}\" fill=\"none\" stroke=\"#888\"/>\n");
        foreach (var tick in new[] { 0, 0.25, 0.5, 0.75, 1 })
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{At(tick)}\" y=\"{Size + Margin + 16}\" text-anchor=\"middle\">{tick}</text><text x=\"{Margin - 6}\" y=\"{At(1 - tick)}\" text-anchor=\"end\" dominant-baseline=\"middle\">{tick}</text>\n");
        }

        if (chosen.Diagonal)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{At(0)}\" y1=\"{At(1)}\" x2=\"{At(1)}\" y2=\"{At(0)}\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin + (Size / 2)}\" y=\"{Size + Margin + 36}\" text-anchor=\"middle\">{Text(curve.Columns[chosen.X])}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {Margin + (Size / 2)}) rotate(-90)\" text-anchor=\"middle\">{Text(curve.Columns[chosen.Y])}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin + (Size / 2)}\" y=\"{Margin - 16}\" text-anchor=\"middle\" font-size=\"15\">{Text(curve.Name)}</text>\n</svg>\n");
        return svg.ToString();
    }

    private static string At(double share) => (Margin + (Size * share)).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(string name) => WebUtility.HtmlEncode(name.Replace('_', ' '));
}

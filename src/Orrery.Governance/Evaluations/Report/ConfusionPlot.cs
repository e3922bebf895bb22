using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Draws a confusion matrix as SVG that needs nothing else: rows are the truth, shades are shares of their row.</summary>
internal static class ConfusionPlot
{
    private const int Most = 20;
    private const int Cell = 72;
    private const int Left = 150;
    private const int Top = 70;
    private const int Longest = 18;

    /// <summary>The drawing; null without a matrix, and for more classes than can be read.</summary>
    public static string? Of(EvaluationResult result)
    {
        var classes = result.Classes.Count;
        if (result.Confusion.Count != classes || classes is 0 or > Most)
            return null;
        var (width, height) = (Left + (classes * Cell) + 20, Top + (classes * Cell) + 20);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"confusion matrix\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (classes * Cell / 2)}\" y=\"20\" text-anchor=\"middle\" font-size=\"14\">predicted</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(18 {Top + (classes * Cell / 2)}) rotate(-90)\" text-anchor=\"middle\" font-size=\"14\">truth</text>\n");
        for (var truth = 0; truth < classes; truth++)
        {
            var middle = Top + (truth * Cell) + (Cell / 2);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{middle}\" text-anchor=\"end\" dominant-baseline=\"middle\">{Name(result.Classes[truth])}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (truth * Cell) + (Cell / 2)}\" y=\"{Top - 10}\" text-anchor=\"middle\">{Name(result.Classes[truth])}</text>\n");
            var total = result.Confusion[truth].Sum();
            for (var predicted = 0; predicted < classes; predicted++)
                Draw(svg, Left + (predicted * Cell), Top + (truth * Cell), result.Confusion[truth][predicted], total);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, int x, int y, double weight, double total)
    {
        var share = total > 0 ? weight / total : 0;
        var ink = share > 0.55 ? "white" : "black";
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Cell}\" height=\"{Cell}\" fill=\"#1f5fa8\" fill-opacity=\"{share:0.###}\" stroke=\"#bbb\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (Cell / 2)}\" y=\"{y + (Cell / 2) - 3}\" text-anchor=\"middle\" fill=\"{ink}\">{weight:#,0.##}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (Cell / 2)}\" y=\"{y + (Cell / 2) + 13}\" text-anchor=\"middle\" font-size=\"11\" fill=\"{ink}\">{share * 100:0.#} %</text>\n");
    }

    private static string Name(string text) => WebUtility.HtmlEncode(text.Length > Longest ? text[..(Longest - 1)] + "…" : text);
}

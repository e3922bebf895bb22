using System.Xml.Linq;
using Churn;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class PlotTests
{
    [Fact]
    public void Ticks_are_round_numbers_and_zero_has_no_sign()
    {
        Assert.Equal(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], Axis.Unit("x").Ticks().Select(tick => tick.Text));
        Assert.Equal(["0", "50", "100", "150", "200", "250", "300", "350"], Axis.Around("trees", [0, 342]).Ticks().Select(tick => tick.Text));
        Assert.Equal(["0.40", "0.45", "0.50", "0.55", "0.60"], Axis.Around("loss", [0.401, 0.59]).Ticks().Select(tick => tick.Text));
    }

    [Fact]
    public void An_axis_whose_end_is_a_round_number_starts_there() =>
        Assert.Equal(0.82, Axis.Around("auc", [0.82, 0.8343]).Low, 12);

    [Fact]
    public void An_axis_around_one_value_still_has_a_width() =>
        Assert.InRange(Axis.Around("x", [3]).Share(3), 0.2, 0.8);

    [Fact]
    public void A_chart_is_well_formed_and_fetches_nothing()
    {
        var chart = new LineChart("A & B", "<none>", Axis.Unit("x"), Axis.Unit("y"),
            [new Series("model", Series.Blue, [new(0, 0), new(0.5, 0.8), new(1, 1)]) { HasDots = true }])
        { Mark = (0.5, "here") };
        var svg = XDocument.Parse(chart.ToSvg());

        Assert.Contains(svg.Descendants(), element => element.Value == "A & B");
        Assert.Equal(3, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName is "script" or "image" or "a");
    }

    [Fact]
    public void Bars_are_as_long_as_their_values()
    {
        var chart = new BarChart("Title", "Subtitle", "share", "P0", [("a", 0.4), ("b", 0.2)]);
        var widths = XDocument.Parse(chart.ToSvg()).Descendants()
            .Where(element => element.Name.LocalName == "rect").Skip(1)
            .Select(element => double.Parse(element.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(2, widths[0] / widths[1], 3);
    }
}

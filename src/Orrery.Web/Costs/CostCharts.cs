using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>ECharts options of costs.</summary>
internal static class CostCharts
{
    /// <summary>A bar for each day or month, stacked by what was measured.</summary>
    /// <param name="days">What days cost.</param>
    /// <param name="labels">Names of the bars, in their order.</param>
    /// <param name="label">The bar that a day belongs to.</param>
    public static string Stacked(IReadOnlyList<CostDay> days, IReadOnlyList<string> labels, Func<DateOnly, string> label)
    {
        var index = labels.Select(static (name, at) => (name, at)).ToDictionary(static one => one.name, static one => one.at);
        var series = days.GroupBy(static one => one.Meter).Where(static meter => meter.Any(static day => day.Amount != 0)).OrderBy(static one => one.Key, StringComparer.Ordinal).Select(meter =>
        {
            var values = new decimal[labels.Count];
            foreach (var day in meter)
            {
                if (index.TryGetValue(label(day.Day), out var at))
                    values[at] += day.Amount;
            }

            return new { name = Money.Meter(meter.Key), type = "bar", stack = "cost", data = values.Select(static value => decimal.Round(value, 6)) };
        });
        return JsonSerializer.Serialize(new
        {
            grid = new { left = 60, right = 16, top = 40, bottom = 30 },
            legend = new { top = 0, type = "scroll" },
            tooltip = new { trigger = "axis" },
            xAxis = new { type = "category", data = labels },
            yAxis = new { type = "value", name = "US$" },
            series,
        });
    }
}

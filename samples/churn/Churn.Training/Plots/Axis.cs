using System.Globalization;

namespace Churn;

/// <summary>One axis of a chart: its title and the values at its two ends.</summary>
internal sealed record Axis(string Title, double Low, double High)
{
    /// <summary>An axis from 0 to 1.</summary>
    public static Axis Unit(string title) => new(title, 0, 1);

    /// <summary>An axis that holds all values, with both ends on round numbers.</summary>
    public static Axis Around(string title, IEnumerable<double> values)
    {
        var all = values.ToArray();
        var (low, high) = (all.Min(), all.Max());
        if (high - low < 1e-9)
            (low, high) = (low - 0.5, high + 0.5);
        var step = Step(low, high);
        return new(title, Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step);
    }

    /// <summary>Where a value lies between the ends: 0 at the low one, 1 at the high one.</summary>
    public double Share(double value) => (value - Low) / (High - Low);

    /// <summary>Round values to write on the axis, four to ten of them, with their texts.</summary>
    public IEnumerable<(double Value, string Text)> Ticks()
    {
        var step = Step(Low, High);
        var format = $"F{Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9))}";
        var first = (long)Math.Ceiling(Low / step - 1e-9);
        var last = (long)Math.Floor(High / step + 1e-9);
        for (var tick = first; tick <= last; tick++)
            yield return (tick * step, (tick * step).ToString(format, CultureInfo.InvariantCulture));
    }

    /// <summary>1, 2 or 5 times a power of ten that cuts the range into about five.</summary>
    private static double Step(double low, double high)
    {
        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
    }
}

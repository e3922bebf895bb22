using System.Globalization;

namespace Orrery.Tracking;

/// <summary>The right side of a comparison: one of the nested cases.</summary>
public abstract record SearchValue
{
    private SearchValue()
    {
    }

    /// <summary>A quoted text, without its quotes, doubled quotes made single.</summary>
    public sealed record Text(string Value) : SearchValue
    {
        /// <summary>The text as a filter writes it.</summary>
        public override string ToString() => Quote(Value);
    }

    /// <summary>A whole number: the value of an integer attribute, such as a time in milliseconds.</summary>
    public sealed record Whole(long Value) : SearchValue
    {
        /// <summary>The number as a filter writes it.</summary>
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A number: the value of a metric, or one that an integer attribute is compared with although it is no whole number
    /// of 64 bits. Never NaN; infinite when the digits are beyond a double.
    /// </summary>
    public sealed record Number(double Value) : SearchValue
    {
        /// <summary>The number as a filter writes it.</summary>
        public override string ToString() => Value switch
        {
            double.PositiveInfinity => "1E999",
            double.NegativeInfinity => "-1E999",
            _ => Value.ToString("R", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The texts of an IN or NOT IN list, at least one, in the order written.</summary>
    public sealed record Texts(IReadOnlyList<string> Values) : SearchValue
    {
        /// <summary>Same texts in the same order.</summary>
        public bool Equals(Texts? other) => other is not null && Values.SequenceEqual(other.Values);

        /// <inheritdoc/>
        public override int GetHashCode() => Values.Aggregate(Values.Count, HashCode.Combine);

        /// <summary>The list as a filter writes it.</summary>
        public override string ToString() => $"({string.Join(", ", Values.Select(Quote))})";
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

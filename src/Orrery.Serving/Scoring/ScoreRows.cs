namespace Orrery.Serving;

/// <summary>Rows to score, column by column.</summary>
/// <param name="count">How many; 1 or more.</param>
public sealed class ScoreRows(int count)
{
    private readonly Dictionary<string, double[]> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?[]> _texts = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => count;

    /// <summary>Sets a column of numbers, NaN where one is missing; of which the first <see cref="Count"/> count.</summary>
    public ScoreRows Set(string column, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, count);
        _numbers[column] = values;
        return this;
    }

    /// <summary>Sets a column of texts, null where one is missing; of which the first <see cref="Count"/> count.</summary>
    public ScoreRows Set(string column, string?[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, count);
        _texts[column] = values;
        return this;
    }

    /// <summary>A column of numbers; null when there is none of that name.</summary>
    public double[]? Numbers(string column) => _numbers.GetValueOrDefault(column);

    /// <summary>A column of texts; null when there is none of that name.</summary>
    public string?[]? Texts(string column) => _texts.GetValueOrDefault(column);
}

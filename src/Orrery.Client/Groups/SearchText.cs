namespace Orrery.Client;

/// <summary>Writes values into MLflow's search language.</summary>
public static class SearchText
{
    /// <summary>A string in quotes that it does not contain itself; the language has no escapes.</summary>
    /// <exception cref="ArgumentException">It contains both kinds of quote.</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!value.Contains('\'', StringComparison.Ordinal))
            return $"'{value}'";
        if (!value.Contains('"', StringComparison.Ordinal))
            return $"\"{value}\"";
        throw new ArgumentException($"The search language cannot express a text with both kinds of quote: {value}", nameof(value));
    }

    /// <summary>That an attribute is one of some values: <c>run_id IN ('a', 'b')</c>.</summary>
    /// <exception cref="ArgumentException">A value contains both kinds of quote.</exception>
    public static string In(string attribute, IEnumerable<string> values) => $"{attribute} IN ({string.Join(", ", values.Select(Quote))})";
}

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
}

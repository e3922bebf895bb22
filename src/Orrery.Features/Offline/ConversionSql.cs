namespace Orrery.Features;

/// <summary>SQL that looks for a value that does not fit.</summary>
internal static class ConversionSql
{
    public static string First(string from, string column, string bad) => $"select cast({column} as varchar) from {from} where {bad} limit 1";
}

using System.Globalization;

namespace Orrery.Features;

/// <summary>SQL of column statistics over kept rows.</summary>
internal static class StatisticsSql
{
    public const int Bins = 20;
    public const int Categories = 50;

    /// <summary>The quantiles that are kept.</summary>
    public static readonly IReadOnlyList<double> Quantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    /// <summary>Rows, values, distinct values about.</summary>
    public static string Counts(string table, string column) => $"select count(*), count({column}), approx_count_distinct({column}) from {table}";

    /// <summary>Mean, standard deviation, least and greatest of the finite values, then quantiles.</summary>
    public static string Numbers(string table, string column)
    {
        var quantiles = string.Concat(Quantiles.Select(q => string.Create(CultureInfo.InvariantCulture, $", quantile_cont(x, {q:R})")));
        return $"select avg(x), stddev_samp(x), min(x), max(x){quantiles} from (select cast({column} as double) as x from {table}) where isfinite(x)";
    }

    /// <summary>How many finite values lie in each of the equal bins between least and greatest; the last one holds the greatest.</summary>
    public static string Histogram(string table, string column, double least, double greatest) => string.Create(CultureInfo.InvariantCulture, $"""
        select cast(least({Bins - 1}, floor((x - {least:R}::double) / ({greatest:R}::double - {least:R}::double) * {Bins})) as integer) as bin, count(*)
          from (select cast({column} as double) as x from {table})
         where isfinite(x)
         group by bin
         order by bin
        """);

    /// <summary>The most frequent values.</summary>
    public static string Top(string table, string column) => $"""
        select cast({column} as varchar) as value, count(*) as n
          from {table}
         where {column} is not null
         group by value
         order by n desc, value
         limit {Categories}
        """;
}

using Orrery.Native;

namespace Orrery.Features;

/// <summary>SQL over the functions that DuckDB knows.</summary>
internal static class AggregateStore
{
    private const string Aggregates = """
        select distinct function_name
          from duckdb_functions()
         where function_type = 'aggregate'
        """;

    /// <summary>Names of those that aggregate.</summary>
    public static HashSet<string> Names(DuckConnection connection)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using var reader = connection.Query(Aggregates);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                names.Add((string)reader.Value(0, row)!);
        }

        return names;
    }
}

using Orrery.Native;

namespace Orrery.Serving;

/// <summary>SQL that takes rows out of files of prediction logs, for DuckDB.</summary>
internal static class LogErasureStore
{
    /// <summary>The rows of a file that are about a subject.</summary>
    public static List<(string Id, long Row)> Find(DuckConnection connection, string path, IReadOnlyDictionary<string, string> subject, CancellationToken cancel)
    {
        var rows = new List<(string, long)>();
        using var reader = connection.Query($"select prediction_id, row_index from read_parquet({Quoted(path)}) where {Condition(subject)} order by prediction_id, row_index", cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add(((string)reader.Value(0, row)!, (int)reader.Value(1, row)!));
        }

        return rows;
    }

    /// <summary>Writes the others into another file.</summary>
    public static void Write(DuckConnection connection, string path, IReadOnlyDictionary<string, string> subject, string target, CancellationToken cancel) => connection.Execute(
        $"copy (select * from read_parquet({Quoted(path)}) where not ({Condition(subject)}) order by answered_at, prediction_id, row_index) to {Quoted(target)} (format parquet, compression zstd)", cancel);

    // An entity is written as a=1,b=2.
    private static string Condition(IReadOnlyDictionary<string, string> subject) => string.Join(
        " and ", subject.Select(static pair => $"contains(',' || replace(coalesce(entity, ''), ' ', '') || ',', {Quoted($",{pair.Key}={pair.Value},".Replace(" ", "", StringComparison.Ordinal))})"));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

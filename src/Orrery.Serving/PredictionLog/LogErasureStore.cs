using Orrery.Native;

namespace Orrery.Serving;

/// <summary>SQL that takes rows out of files of prediction logs, for DuckDB.</summary>
internal static class LogErasureStore
{
    // Files of before have no codes: there the text alone tells whom a row is about.
    private const string Rows = "(from read_parquet({0}) union all by name select null::varchar as subjects where false)";

    /// <summary>The rows of a file that are about a subject.</summary>
    public static List<(string Id, long Row)> Find(DuckConnection connection, string path, IReadOnlyList<SubjectPart> subject, CancellationToken cancel)
    {
        var rows = new List<(string, long)>();
        using var reader = connection.Query($"select prediction_id, row_index from {From(path)} where {Condition(subject)} order by prediction_id, row_index", cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add(((string)reader.Value(0, row)!, (int)reader.Value(1, row)!));
        }

        return rows;
    }

    /// <summary>Rows whose inputs were looked up by a key that the file does not tell: they may be about anybody.</summary>
    public static long CountUntold(DuckConnection connection, string path, CancellationToken cancel)
    {
        using var reader = connection.Query(
            $"select count(*) from (from {From(path)} union all by name select null::varchar as features where false) where subjects is null and entity is null and features is not null", cancel: cancel);
        reader.Read();
        return (long)reader.Value(0, 0)!;
    }

    /// <summary>Writes the others into another file.</summary>
    public static void Write(DuckConnection connection, string path, IReadOnlyList<SubjectPart> subject, string target, CancellationToken cancel) => connection.Execute(
        $"copy (select * from {From(path)} where not ({Condition(subject)}) order by answered_at, prediction_id, row_index) to {Quoted(target)} (format parquet, compression zstd)", cancel);

    // An entity is written as a=1,b=2; a value ends where another name begins.
    private static string Condition(IReadOnlyList<SubjectPart> subject) => string.Join(" and ", subject.Select(static part =>
        $"(contains(',' || coalesce(subjects, '') || ',', {Quoted($",{part.Code},")}) or regexp_matches(coalesce(entity, ''), {Quoted($"(?s)(^|,) *{Literal(part.Name)} *= *{Literal(part.Value)} *($|,[^,=]+=)")}))"));

    private static string From(string path) => Rows.Replace("{0}", Quoted(path), StringComparison.Ordinal);

    private static string Literal(string text) => string.Concat(text.Select(static sign => sign < 128 && !char.IsAsciiLetterOrDigit(sign) && sign != '_' ? $"\\{sign}" : sign.ToString()));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>One column of a subject's key as logs have it: by name, or as a code.</summary>
internal readonly record struct SubjectPart(string Name, string Value, string Code);

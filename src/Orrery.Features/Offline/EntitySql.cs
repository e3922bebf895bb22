using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>SQL that makes and looks at the table of entity rows in the embedded engine.</summary>
internal static class EntitySql
{
    /// <summary>Rows, rows with a time, first and last time, first row without one.</summary>
    public const string Summary =
        $"select count(*), count(t), min(t), max(t), min(case when t is null then id end) from {DuckDbJoinSql.Entities}";

    /// <summary>How many rows a file has.</summary>
    public static string Count(string path, bool isCsv) => isCsv
        ? $"select count(*) from {CsvSql.Relation([path])}"
        : $"select count(*) from read_parquet({Quote.Text(path)})";

    /// <summary>Makes the table.</summary>
    public static Result<string> Table(EntityRelation raw, SourceColumn time, EntityNeeds needs)
    {
        var columns = new List<string> { $"{raw.Id} as id", $"{DuckDbDialect.Instance.Micros(time)} as t" };
        for (var i = 0; i < needs.Keys.Count; i++)
        {
            var (name, type) = needs.Keys[i];
            if (DuckDbDialect.Instance.Key(raw.Find(name)!, type) is not { } sql)
                return Mismatch(raw.Find(name)!, type);
            columns.Add($"{sql} as j{i}");
        }

        for (var i = 0; i < needs.Request.Count; i++)
        {
            var (name, type) = needs.Request[i];
            if (DuckDbDialect.Instance.Cast(raw.Find(name)!, type) is not { } sql)
                return Mismatch(raw.Find(name)!, type);
            columns.Add($"{sql} as q{i}");
        }

        columns.AddRange(raw.Columns.Select(static (column, i) => $"{column.Sql} as c{i}"));
        return $"create temp table {DuckDbJoinSql.Entities} as select {string.Join(", ", columns)} from {raw.From}";
    }

    /// <summary>Distinct keys of a view's rows between two moments, with each row's time or with one time for all.</summary>
    public static string Range(ScanSql scan, int keys, EntityRange range)
    {
        var names = string.Concat(Enumerable.Range(0, keys).Select(static i => $"k{i}, "));
        var present = string.Concat(Enumerable.Range(0, keys).Select(static i => $" and k{i} is not null"));
        var time = range.IsSnapshot ? FormattableString.Invariant($"cast({range.End} as bigint)") : "ts";
        return FormattableString.Invariant($"select distinct {names}{time} as t from ({scan}) q where ts between {range.Start} and {range.End}{present}");
    }

    private static Failure Mismatch(SourceColumn column, FeatureType type) => Failure.Invalid(
        "features.entity_invalid", $"The column {column.Name} of the entity rows is {column.TypeName}, which {type} cannot be made of.");
}

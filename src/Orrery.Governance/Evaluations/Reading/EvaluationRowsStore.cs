using System.Globalization;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>SQL of the rows that versions are evaluated on, for DuckDB.</summary>
internal sealed class EvaluationRowsStore(DuckConnection connection, IReadOnlyList<string> paths, CancellationToken cancel)
{
    private readonly string _rows = $"read_parquet([{string.Join(", ", paths.Select(Text))}], union_by_name = true)";
    private IReadOnlyList<DuckColumn>? _columns;

    /// <summary>Names and types.</summary>
    public IReadOnlyList<DuckColumn> Columns
    {
        get
        {
            if (_columns is not null)
                return _columns;
            using var reader = connection.Query($"from {_rows} limit 0", cancel: cancel);
            return _columns = reader.Columns;
        }
    }

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string column) => Columns.Any(one => one.Name == column);

    /// <summary>Whether a column holds numbers.</summary>
    public bool IsNumber(string column) => Columns.First(one => one.Name == column).Type.Id is not
        (DuckTypeId.Varchar or DuckTypeId.Enum or DuckTypeId.Boolean or DuckTypeId.Blob or DuckTypeId.Date or DuckTypeId.Timestamp or DuckTypeId.Uuid);

    /// <summary>Rows in all, and those for which an expression holds.</summary>
    public (long All, long Holding) Count(string condition)
    {
        using var reader = connection.Query($"select count(*), count(*) filter (where {condition}) from {_rows}", cancel: cancel);
        reader.Read();
        return (Whole(reader, 0), Whole(reader, 1));
    }

    /// <summary>A column's values as texts, commonest first, at most so many.</summary>
    public List<string> Values(string column, string condition, int most)
    {
        using var reader = connection.Query(
            FormattableString.Invariant($"select v from (select {TextOf(column)} v from {_rows} where {condition}) where v is not null group by v order by count(*) desc, v limit {most}"), cancel: cancel);
        var values = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                values.Add((string)reader.Value(0, row)!);
        }

        return values;
    }

    /// <summary>Quartiles and the bounds of a column of numbers, without repetitions; empty when there are no values.</summary>
    public double[] Edges(string column, string condition)
    {
        using var reader = connection.Query(
            $"select unnest(quantile_cont(x, [0.0, 0.25, 0.5, 0.75, 1.0])) from (select {NumberOf(column)} x from {_rows} where {condition}) where isfinite(x)", cancel: cancel);
        var edges = new List<double>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                if (reader.Value(0, row) is double edge && (edges.Count == 0 || edge > edges[^1]))
                    edges.Add(edge);
            }
        }

        return [.. edges];
    }

    /// <summary>Reads expressions row by row in the files' order.</summary>
    public DuckReader Read(IEnumerable<string> expressions, string condition) =>
        connection.Query($"select {string.Join(", ", expressions)} from {_rows} where {condition}", streaming: true, cancel);

    /// <summary>A column as text, null for nothing and for blanks; whole numbers without a point.</summary>
    public string TextOf(string column)
    {
        var name = Name(column);
        return Columns.First(one => one.Name == column).Type.Id is DuckTypeId.Float or DuckTypeId.Double or DuckTypeId.Decimal
            ? $"case when isnan({name}::double) then null when {name} = trunc({name}) and abs({name}) < 1e15 then cast(cast({name} as bigint) as varchar) else cast({name} as varchar) end"
            : $"nullif(trim(cast({name} as varchar)), '')";
    }

    /// <summary>A column as a number, null for what is none.</summary>
    public string NumberOf(string column) => Columns.First(one => one.Name == column).Type.Id is DuckTypeId.Varchar
        ? $"try_cast(nullif(trim({Name(column)}), '') as double)"
        : $"try_cast({Name(column)} as double)";

    /// <summary>Holds for rows whose value is there and no number.</summary>
    public string NoNumber(string column) => Columns.First(one => one.Name == column).Type.Id is DuckTypeId.Varchar
        ? $"nullif(trim({Name(column)}), '') is not null and {NumberOf(column)} is null"
        : $"{Name(column)} is not null and {NumberOf(column)} is null";

    /// <summary>The place of a column's text in a list, from 1; 0 for other texts, null for none.</summary>
    public string CodeOf(string column, IEnumerable<string> values) => $"case when {TextOf(column)} is null then null else coalesce(list_position([{string.Join(", ", values.Select(Text))}], {TextOf(column)}), 0)::integer end";

    /// <summary>The bin of a column's number, from 1; null for none.</summary>
    public string BinOf(string column, IEnumerable<double> cuts)
    {
        var number = NumberOf(column);
        var bins = string.Concat(cuts.Select(cut => string.Create(CultureInfo.InvariantCulture, $" + ({number} >= {cut:R}::double)::integer")));
        return $"case when isfinite({number}) then (1{bins})::integer end";
    }

    private static long Whole(DuckReader reader, int column) => Convert.ToInt64(reader.Value(column, 0), CultureInfo.InvariantCulture);

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

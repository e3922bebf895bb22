using System.Globalization;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>SQL that reads whole tables into memory and writes them as Parquet, for DuckDB.</summary>
internal static class PrivacyTableStore
{
    /// <summary>Rows of a table in memory.</summary>
    public const int MostRows = 200_000;

    private const int MostColumns = 500;
    private const string Code = "governance.privacy_data";

    /// <summary>Reads all rows, in their order; <c>governance.privacy_data</c>.</summary>
    public static Result<IReadOnlyList<PrivacyColumn>> Read(DuckConnection connection, string from, CancellationToken cancel)
    {
        var rows = PrivacyRowsStore.Count(connection, from, cancel);
        var there = PrivacyRowsStore.Columns(connection, from, cancel);
        if (rows == 0)
            return Failure.Invalid(Code, "The data has no rows.");
        if (rows > MostRows || there.Count > MostColumns)
            return new Failure(FailureKind.TooLarge, Code, $"The data has {rows} rows and {there.Count} columns; up to {MostRows} and {MostColumns} are worked on at once. Give a query that draws from it.");
        var columns = there.Select(column => Begin(column.Name, column.Type, (int)rows, IsExact(connection, from, column, cancel))).ToList();
        var at = 0;
        using var reader = connection.Query($"select {string.Join(", ", columns.Select(Select))} from {from}", streaming: true, cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++, at++)
            {
                for (var column = 0; column < columns.Count; column++)
                {
                    if (columns[column].IsText)
                        columns[column].Texts[at] = (string?)reader.Value(column, row);
                    else
                        columns[column].Numbers[at] = reader.Value(column, row) is double number ? number : double.NaN;
                }
            }
        }

        return columns;
    }

    /// <summary>Writes a table.</summary>
    public static void Write(DuckConnection connection, IReadOnlyList<PrivacyColumn> columns, string path, CancellationToken cancel)
    {
        connection.Execute($"create table written ({string.Join(", ", columns.Select(static (column, at) => FormattableString.Invariant($"c{at} {(column.IsText ? "varchar" : "double")}")))})", cancel);
        using (var appender = connection.Appender("written"))
        {
            for (var row = 0; row < columns[0].Rows; row++)
            {
                foreach (var column in columns)
                {
                    if (column.IsNull(row))
                        appender.AppendNull();
                    else if (column.IsText)
                        appender.Append(column.Texts[row]!);
                    else
                        appender.Append(column.Numbers[row]);
                }

                appender.EndRow();
            }

            appender.Close(cancel);
        }

        connection.Execute($"copy (select {string.Join(", ", columns.Select(static (column, at) => Cast(column, at)))} from written) to {PrivacyRowsStore.Text(path)} (format parquet, compression zstd)", cancel);
    }

    // Whether all numbers of a column are the same in a double: keys beyond 2^53 and wide decimals are not, and are worked on as text.
    private static bool IsExact(DuckConnection connection, string from, (string Name, string Type) column, CancellationToken cancel)
    {
        var name = PrivacyRowsStore.Name(column.Name);
        if (Plain(column.Type) is not ("BIGINT" or "UBIGINT" or "DECIMAL"))
            return true;
        using var reader = connection.Query(
            $"select count(*) from {from} where (try_cast(cast({name} as double) as {column.Type}) is distinct from {name}) or (abs(cast({name} as double)) > 9007199254740992)", cancel: cancel);
        reader.Read();
        return Convert.ToInt64(reader.Value(0, 0), CultureInfo.InvariantCulture) == 0;
    }

    private static string Plain(string type) => type.Split('(')[0].ToUpperInvariant();

    private static PrivacyColumn Begin(string name, string type, int rows, bool isExact)
    {
        var plain = Plain(type);
        var (kind, sql) = plain switch
        {
            _ when !isExact => (PrivacyColumnKind.Text, type),
            "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" => (PrivacyColumnKind.Whole, "BIGINT"),
            "FLOAT" or "DOUBLE" or "DECIMAL" => (PrivacyColumnKind.Number, "DOUBLE"),
            "DATE" => (PrivacyColumnKind.Time, "DATE"),
            _ when plain.StartsWith("TIMESTAMP", StringComparison.Ordinal) => (PrivacyColumnKind.Time, "TIMESTAMP"),
            "BOOLEAN" => (PrivacyColumnKind.Text, "BOOLEAN"),
            _ => (PrivacyColumnKind.Text, "VARCHAR"),
        };
        return new(name, kind, sql) { Numbers = kind is PrivacyColumnKind.Text ? [] : new double[rows], Texts = kind is PrivacyColumnKind.Text ? new string?[rows] : [] };
    }

    private static string Select(PrivacyColumn column) => column.Kind switch
    {
        PrivacyColumnKind.Text => $"cast({PrivacyRowsStore.Name(column.Name)} as varchar)",
        PrivacyColumnKind.Time => $"cast(epoch({PrivacyRowsStore.Name(column.Name)}) as double)",
        _ => $"cast({PrivacyRowsStore.Name(column.Name)} as double)",
    };

    private static string Cast(PrivacyColumn column, int at)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"c{at}");
        var value = column.Kind is PrivacyColumnKind.Time ? $"make_timestamp(cast({place} * 1000000 as bigint))" : place;
        return $"cast({value} as {column.SqlType}) as {PrivacyRowsStore.Name(column.Name)}";
    }
}

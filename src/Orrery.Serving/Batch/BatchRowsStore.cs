using System.Globalization;
using System.Text;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>SQL of the rows of batch predictions, for DuckDB.</summary>
internal static class BatchRowsStore
{
    /// <summary>Table of what came out: a row for each of the partition's, in their order.</summary>
    public const string Results = "results";

    /// <summary>Columns of <see cref="Results"/> before the outputs: whether it was predicted, its place in the input, its prediction, why it was refused.</summary>
    public const int Own = 4;

    private const string Beside = "beside";

    /// <summary>Names and types of a file's columns, and how many rows it has.</summary>
    public static (IReadOnlyList<DuckColumn> Columns, long Rows) Look(DuckConnection connection, string path, CancellationToken cancel)
    {
        IReadOnlyList<DuckColumn> columns;
        using (var reader = connection.Query($"from read_parquet({Text(path)}) limit 0", cancel: cancel))
            columns = reader.Columns;
        using var rows = connection.Query($"select num_rows from parquet_file_metadata({Text(path)})", cancel: cancel);
        return (columns, rows.Read() ? Convert.ToInt64(rows.Value(0, 0), CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>Writes what a plan needs of some rows of a file into another.</summary>
    public static void Cut(DuckConnection connection, BatchPlan plan, string path, long first, long rows, string target, CancellationToken cancel) =>
        connection.Execute($"copy (select {string.Join(", ", plan.Needed.Concat(Known(connection, plan, path, cancel)).Select(Name))} from {Range(path, first, rows)}) to {Text(target)} (format parquet, compression zstd)", cancel);

    // Columns by which those may be known who have opted out.
    private static List<string> Known(DuckConnection connection, BatchPlan plan, string path, CancellationToken cancel) =>
        plan.Subjects.Count == 0 ? [] : [.. Look(connection, path, cancel).Columns.Select(static column => column.Name).Intersect(plan.Subjects).Except(plan.Needed)];

    /// <summary>Reads a part of a file as the model wants it: a column for each of its, and last why a row is refused, null for one that is not.</summary>
    /// <param name="connection">To the engine.</param>
    /// <param name="plan">Of the batch prediction.</param>
    /// <param name="columns">Of the file.</param>
    /// <param name="range">Which rows.</param>
    /// <param name="leftOut">Condition of <see cref="BatchSubjects"/>; null for nobody.</param>
    /// <param name="cancel">Breaks off.</param>
    public static DuckReader Read(DuckConnection connection, BatchPlan plan, IReadOnlyList<DuckColumn> columns, RowRange range, string? leftOut, CancellationToken cancel)
    {
        var select = new StringBuilder();
        var refusals = new StringBuilder(leftOut is null ? "" : $"when {leftOut} then {Text(BatchSubjects.Reason)} ");
        foreach (var input in plan.Inputs)
        {
            foreach (var column in input.Columns)
            {
                var given = columns.First(one => one.Name == column.Source).Type.Id;
                select.Append(Value(Name(column.Source), given, input.Type)).Append(", ");
                Refusals(refusals, column, Name(column.Source), given, input.Type);
            }
        }

        var refused = refusals.Length > 0 ? $"case {refusals} end" : "null::varchar";
        return connection.Query($"select {select}{refused} from {Range(range.Path, range.First, range.Rows)}", streaming: true, cancel);
    }

    /// <summary>Makes the table of results.</summary>
    public static void Create(DuckConnection connection, IEnumerable<string> types) =>
        connection.Execute($"create table {Results} (is_predicted boolean, row_number bigint, prediction_id varchar, reason varchar{string.Concat(types.Select(static (type, index) => $", c{index} {type}"))})");

    /// <summary>Reads the columns that stand beside the outputs.</summary>
    public static void Keep(DuckConnection connection, BatchPlan plan, IReadOnlyList<RowRange> ranges, CancellationToken cancel)
    {
        if (plan.Keep.Count == 0)
            return;
        connection.Execute($"create table {Beside} ({string.Join(", ", plan.Keep.Select(static column => $"{Name(column.Name)} {column.Type}"))})", cancel);
        var select = string.Join(", ", plan.Keep.Select(static column => $"cast({Name(column.Name)} as {column.Type})"));
        foreach (var range in ranges)
            connection.Execute($"insert into {Beside} select {select} from {Range(range.Path, range.First, range.Rows)}", cancel);
    }

    /// <summary>Writes what was predicted.</summary>
    public static void WritePredictions(DuckConnection connection, BatchPlan plan, IReadOnlyList<OutputColumn> outputs, bool isCsv, string target, CancellationToken cancel)
    {
        var select = new StringBuilder("r.prediction_id");
        foreach (var column in plan.Keep)
            select.Append(", b.").Append(Name(column.Name));
        var place = 0;
        foreach (var output in outputs)
        {
            var cells = Enumerable.Range(place, output.Width).Select(static index => $"r.c{index}").ToList();
            place += output.Width;
            if (!output.IsList)
                select.Append(", ").Append(cells[0]).Append(" as ").Append(Name(output.Name));
            else if (isCsv)
                select.Append(string.Concat(cells.Select((cell, index) => $", {cell} as {Name(FormattableString.Invariant($"{output.Name}_{index}"))}")));
            else
                select.Append(", [").AppendJoin(", ", cells).Append("] as ").Append(Name(output.Name));
        }

        var format = isCsv ? "format csv, header true" : "format parquet, compression zstd";
        connection.Execute($"copy (select {select} from {Joined(plan)} where r.is_predicted) to {Text(target)} ({format})", cancel);
    }

    /// <summary>Writes what was refused, an object a line.</summary>
    public static void WriteRefused(DuckConnection connection, BatchPlan plan, string target, CancellationToken cancel)
    {
        var kept = plan.Keep.Count > 0 ? $", struct_pack({string.Join(", ", plan.Keep.Select(static column => $"{Name(column.Name)} := b.{Name(column.Name)}"))}) as keep" : "";
        connection.Execute($"copy (select r.row_number as row, r.reason{kept} from {Joined(plan)} where not r.is_predicted) to {Text(target)} (format json)", cancel);
    }

    private static string Joined(BatchPlan plan) => plan.Keep.Count == 0 ? $"{Results} r" : $"{Beside} b positional join {Results} r";

    /// <summary>Some rows of a file, as a table.</summary>
    public static string Range(RowRange range) => Range(range.Path, range.First, range.Rows);

    private static string Range(string path, long first, long rows) =>
        FormattableString.Invariant($"(select * exclude (file_row_number) from read_parquet({Text(path)}, file_row_number = true) where file_row_number >= {first} and file_row_number < {first + rows})");

    // What is null here is missing (NaN for floats) or refused.
    private static string Value(string x, DuckTypeId given, DataType wanted)
    {
        var type = BatchColumns.DuckType(wanted)!;
        return wanted switch
        {
            DataType.BYTES => given is DuckTypeId.Varchar ? x : $"cast({x} as varchar)",
            DataType.BOOL when BatchColumns.IsWhole(given) => $"case when {x} in (0, 1) then {x} = 1 end",
            _ => IsSame(given, wanted) ? x : $"try_cast({x} as {type})",
        };
    }

    private static void Refusals(StringBuilder cases, PlannedColumn column, string x, DuckTypeId given, DataType wanted)
    {
        var what = column.Name == column.Source ? $"Column '{column.Source}'" : $"Column '{column.Source}' (the model's '{column.Name}')";
        var named = Text(what)[1..^1];
        if (!wanted.IsFloat())
            cases.Append($"when {x} is null then '{named} is null; the model wants {wanted}.' ");
        if (Bad(x, given, wanted) is { } bad)
            cases.Append($"when {bad} then '{named} is ' || left(cast({x} as varchar), 100) || '; the model wants {wanted}.' ");
    }

    private static string? Bad(string x, DuckTypeId given, DataType wanted)
    {
        if (IsSame(given, wanted) || wanted is DataType.BYTES)
            return null;
        if (wanted is DataType.BOOL && BatchColumns.IsWhole(given))
            return $"{x} not in (0, 1)";
        var cannot = $"{x} is not null and try_cast({x} as {BatchColumns.DuckType(wanted)}) is null";
        var isPart = $"try_cast({x} as double) <> trunc(try_cast({x} as double))";
        var isFraction = given is DuckTypeId.Float or DuckTypeId.Double or DuckTypeId.Decimal or DuckTypeId.Varchar or DuckTypeId.Enum;
        return !wanted.IsFloat() && wanted is not DataType.BOOL && isFraction ? $"{cannot} or {isPart}" : cannot;
    }

    private static bool IsSame(DuckTypeId given, DataType wanted) => (given, wanted) is
        (DuckTypeId.Float, DataType.FP32) or (DuckTypeId.Double, DataType.FP64) or (DuckTypeId.BigInt, DataType.INT64) or (DuckTypeId.Integer, DataType.INT32)
        or (DuckTypeId.SmallInt, DataType.INT16) or (DuckTypeId.TinyInt, DataType.INT8) or (DuckTypeId.UBigInt, DataType.UINT64) or (DuckTypeId.UInteger, DataType.UINT32)
        or (DuckTypeId.USmallInt, DataType.UINT16) or (DuckTypeId.UTinyInt, DataType.UINT8) or (DuckTypeId.Boolean, DataType.BOOL);

    /// <summary>A column's name, quoted.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text, quoted.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>Some rows of a file.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="First">First of them, from 0.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct RowRange(string Path, long First, long Rows);

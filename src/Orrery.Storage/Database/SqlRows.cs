using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Orrery.Storage;

/// <summary>Rows for one statement that writes many: <c>unnest</c> on PostgreSQL, one prepared statement run per row on SQLite.</summary>
/// <param name="count">How many rows.</param>
public sealed class SqlRows(int count)
{
    private readonly List<Column> _columns = [];

    private enum ColumnType
    {
        Text,
        Whole,
        Number,
        Bytes,
    }

    /// <summary>How many rows.</summary>
    public int Count => count;

    /// <summary>A column of text.</summary>
    public SqlRows Text(string name, string?[] values) => Add(name, ColumnType.Text, values);

    /// <summary>A column of text made from a list.</summary>
    public SqlRows Text<T>(string name, IReadOnlyList<T> items, Func<T, string?> value)
    {
        var values = new string?[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i]);
        return Add(name, ColumnType.Text, values);
    }

    /// <summary>A column of whole numbers.</summary>
    public SqlRows Whole(string name, long[] values) => Add(name, ColumnType.Whole, values);

    /// <summary>A column of whole numbers, some of them null.</summary>
    public SqlRows Whole(string name, long?[] values) => Add(name, ColumnType.Whole, values);

    /// <summary>A column of whole numbers made from a list.</summary>
    public SqlRows Whole<T>(string name, IReadOnlyList<T> items, Func<T, long> value)
    {
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i]);
        return Add(name, ColumnType.Whole, values);
    }

    /// <summary>A column of numbers, infinities among them.</summary>
    /// <exception cref="ArgumentException">One is NaN, which SQLite cannot hold: store it in a column of its own.</exception>
    public SqlRows Number(string name, double[] values) => Array.Exists(values, double.IsNaN)
        ? throw new ArgumentException($"{name} holds NaN, which SQLite cannot hold.", nameof(values))
        : Add(name, ColumnType.Number, values);

    /// <summary>A column of numbers, infinities and nulls among them.</summary>
    /// <exception cref="ArgumentException">One is NaN, which SQLite cannot hold: store it in a column of its own.</exception>
    public SqlRows Number(string name, double?[] values) => Array.Exists(values, static value => value is double.NaN)
        ? throw new ArgumentException($"{name} holds NaN, which SQLite cannot hold.", nameof(values))
        : Add(name, ColumnType.Number, values);

    /// <summary>A column of binary values.</summary>
    public SqlRows Bytes(string name, byte[][] values) => Add(name, ColumnType.Bytes, values);

    internal string Shape => string.Join(',', _columns.Select(c => c.Name));

    internal string Table(DatabaseKind kind) => kind is DatabaseKind.Sqlite
        ? "(select " + string.Join(", ", _columns.Select(c => $"@{c.Name} as {c.Name}")) + ") as rows"
        : "unnest(" + string.Join(", ", _columns.Select(c => "@" + c.Name)) + ") as rows(" + string.Join(", ", _columns.Select(c => c.Name)) + ")";

    internal void BindArrays(DbParameterCollection parameters)
    {
        foreach (var (name, type, values) in _columns)
        {
            parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type switch
            {
                ColumnType.Text => NpgsqlDbType.Text,
                ColumnType.Whole => NpgsqlDbType.Bigint,
                ColumnType.Number => NpgsqlDbType.Double,
                _ => NpgsqlDbType.Bytea,
            })
            { Value = values });
        }
    }

    /// <summary>Sets row <paramref name="row"/> into the parameters from <paramref name="position"/> on.</summary>
    /// <returns>How many parameters are set then.</returns>
    internal int BindRow(SqlitePrepared prepared, int position, int row)
    {
        foreach (var column in _columns)
        {
            prepared.Set(position++, column.Name, column.Values switch
            {
                string?[] texts => texts[row],
                long[] wholes => wholes[row],
                double[] numbers => numbers[row],
                long?[] wholes => wholes[row],
                double?[] numbers => numbers[row],
                byte[][] bytes => bytes[row],
                _ => throw new InvalidOperationException("A column of no known type."),
            });
        }

        return position;
    }

    private SqlRows Add(string name, ColumnType type, Array values)
    {
        if (values.Length != count)
            throw new ArgumentException($"Column {name} has {values.Length} values for {count} rows.", nameof(values));
        _columns.Add(new(name, type, values));
        return this;
    }

    private sealed record Column(string Name, ColumnType Type, Array Values);
}

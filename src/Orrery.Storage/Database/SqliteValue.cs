namespace Orrery.Storage;

/// <summary>A value to bind, without a box for the numbers.</summary>
internal readonly struct SqliteValue
{
    private readonly object? _object;
    private readonly long _bits;

    private SqliteValue(SqliteValueType type, object? value, long bits)
    {
        Type = type;
        _object = value;
        _bits = bits;
    }

    public SqliteValueType Type { get; }

    public string AsText => (string)_object!;

    public long AsWhole => _bits;

    public double AsNumber => BitConverter.Int64BitsToDouble(_bits);

    public byte[] AsBytes => (byte[])_object!;

    /// <summary>As Microsoft.Data.Sqlite takes it.</summary>
    public object Boxed => Type switch
    {
        SqliteValueType.Text or SqliteValueType.Bytes => _object!,
        SqliteValueType.Whole => _bits,
        SqliteValueType.Number => AsNumber,
        _ => DBNull.Value,
    };

    public static implicit operator SqliteValue(string? value) => new(value is null ? SqliteValueType.Null : SqliteValueType.Text, value, 0);

    public static implicit operator SqliteValue(byte[]? value) => new(value is null ? SqliteValueType.Null : SqliteValueType.Bytes, value, 0);

    public static implicit operator SqliteValue(long value) => new(SqliteValueType.Whole, null, value);

    public static implicit operator SqliteValue(double value) => new(SqliteValueType.Number, null, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator SqliteValue(long? value) => value is { } whole ? whole : default(SqliteValue);

    public static implicit operator SqliteValue(double? value) => value is { } number ? number : default(SqliteValue);
}

/// <summary>What SQLite can store (https://sqlite.org/datatype3.html).</summary>
internal enum SqliteValueType : byte
{
    Null,
    Text,
    Whole,
    Number,
    Bytes,
}

namespace Orrery.Native;

/// <summary>DuckDB's types, with the numbers of duckdb_type.</summary>
public enum DuckTypeId
{
    /// <summary>None.</summary>
    Invalid = 0,

    /// <summary>BOOLEAN: a byte, 0 or 1.</summary>
    Boolean = 1,

    /// <summary>TINYINT: sbyte.</summary>
    TinyInt = 2,

    /// <summary>SMALLINT: short.</summary>
    SmallInt = 3,

    /// <summary>INTEGER: int.</summary>
    Integer = 4,

    /// <summary>BIGINT: long.</summary>
    BigInt = 5,

    /// <summary>UTINYINT: byte.</summary>
    UTinyInt = 6,

    /// <summary>USMALLINT: ushort.</summary>
    USmallInt = 7,

    /// <summary>UINTEGER: uint.</summary>
    UInteger = 8,

    /// <summary>UBIGINT: ulong.</summary>
    UBigInt = 9,

    /// <summary>FLOAT: float.</summary>
    Float = 10,

    /// <summary>DOUBLE: double.</summary>
    Double = 11,

    /// <summary>TIMESTAMP: microseconds since 1970 (long).</summary>
    Timestamp = 12,

    /// <summary>DATE: days since 1970 (int).</summary>
    Date = 13,

    /// <summary>TIME: microseconds (long).</summary>
    Time = 14,

    /// <summary>INTERVAL: <see cref="DuckInterval"/>.</summary>
    Interval = 15,

    /// <summary>HUGEINT: Int128.</summary>
    HugeInt = 16,

    /// <summary>VARCHAR: UTF-8.</summary>
    Varchar = 17,

    /// <summary>BLOB: bytes.</summary>
    Blob = 18,

    /// <summary>DECIMAL: short, int, long or Int128 by width.</summary>
    Decimal = 19,

    /// <summary>TIMESTAMP_S: seconds since 1970 (long).</summary>
    TimestampS = 20,

    /// <summary>TIMESTAMP_MS: milliseconds since 1970 (long).</summary>
    TimestampMs = 21,

    /// <summary>TIMESTAMP_NS: nanoseconds since 1970 (long).</summary>
    TimestampNs = 22,

    /// <summary>ENUM: an index into the dictionary (byte, ushort or uint by its size).</summary>
    Enum = 23,

    /// <summary>LIST: <see cref="DuckListEntry"/>.</summary>
    List = 24,

    /// <summary>STRUCT: child vectors only.</summary>
    Struct = 25,

    /// <summary>MAP: <see cref="DuckListEntry"/> over structs of key and value.</summary>
    Map = 26,

    /// <summary>UUID: 128 bits with the topmost flipped.</summary>
    Uuid = 27,

    /// <summary>UNION: child vectors only, the tag first.</summary>
    Union = 28,

    /// <summary>BIT: bytes, the first of which counts the padding.</summary>
    Bit = 29,

    /// <summary>TIME WITH TIME ZONE: packed bits (ulong).</summary>
    TimeTz = 30,

    /// <summary>TIMESTAMP WITH TIME ZONE: microseconds since 1970, UTC (long).</summary>
    TimestampTz = 31,

    /// <summary>UHUGEINT: UInt128.</summary>
    UHugeInt = 32,

    /// <summary>ARRAY: elements of a fixed number in the child vector.</summary>
    Array = 33,

    /// <summary>ANY: in signatures only.</summary>
    Any = 34,

    /// <summary>BIGNUM: whole numbers of any size, packed.</summary>
    BigNum = 35,

    /// <summary>The type of a bare NULL.</summary>
    SqlNull = 36,

    /// <summary>A string literal without a type yet.</summary>
    StringLiteral = 37,

    /// <summary>An integer literal without a type yet.</summary>
    IntegerLiteral = 38,

    /// <summary>TIME_NS: nanoseconds (long).</summary>
    TimeNs = 39,

    /// <summary>GEOMETRY: bytes.</summary>
    Geometry = 40,

    /// <summary>VARIANT: not readable as such; cast it to JSON.</summary>
    Variant = 41,
}

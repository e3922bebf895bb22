namespace Orrery.Native;

/// <summary>Which .NET type lies in the vectors of which DuckDB type.</summary>
internal static class Layout
{
    /// <summary>A DECIMAL of up to so many digits is a short, an int, a long.</summary>
    public const int ShortDigits = 4, IntDigits = 9, LongDigits = 18;

    public static bool Fits<T>(DuckType type)
        where T : unmanaged => type.Id switch
        {
            DuckTypeId.Boolean => typeof(T) == typeof(bool) || typeof(T) == typeof(byte),
            DuckTypeId.TinyInt => typeof(T) == typeof(sbyte),
            DuckTypeId.SmallInt => typeof(T) == typeof(short),
            DuckTypeId.Integer or DuckTypeId.Date => typeof(T) == typeof(int),
            DuckTypeId.BigInt or DuckTypeId.Timestamp or DuckTypeId.TimestampS or DuckTypeId.TimestampMs or DuckTypeId.TimestampNs
                or DuckTypeId.TimestampTz or DuckTypeId.Time or DuckTypeId.TimeNs => typeof(T) == typeof(long),
            DuckTypeId.UTinyInt => typeof(T) == typeof(byte),
            DuckTypeId.USmallInt => typeof(T) == typeof(ushort),
            DuckTypeId.UInteger => typeof(T) == typeof(uint),
            DuckTypeId.UBigInt or DuckTypeId.TimeTz => typeof(T) == typeof(ulong),
            DuckTypeId.Float => typeof(T) == typeof(float),
            DuckTypeId.Double => typeof(T) == typeof(double),
            DuckTypeId.HugeInt => typeof(T) == typeof(Int128),
            DuckTypeId.UHugeInt or DuckTypeId.Uuid => typeof(T) == typeof(UInt128),
            DuckTypeId.Interval => typeof(T) == typeof(DuckInterval),
            DuckTypeId.List or DuckTypeId.Map => typeof(T) == typeof(DuckListEntry),
            DuckTypeId.Enum => FitsIndex<T>(type.EnumValues.Count),
            DuckTypeId.Decimal => FitsDecimal<T>(type.Width),
            DuckTypeId.Varchar or DuckTypeId.Blob or DuckTypeId.Bit or DuckTypeId.BigNum or DuckTypeId.Geometry => typeof(T) == typeof(RawString),
            _ => false,
        };

    private static bool FitsIndex<T>(int values) => values switch
    {
        <= byte.MaxValue => typeof(T) == typeof(byte),
        <= ushort.MaxValue => typeof(T) == typeof(ushort),
        _ => typeof(T) == typeof(uint),
    };

    private static bool FitsDecimal<T>(int width) => width switch
    {
        <= ShortDigits => typeof(T) == typeof(short),
        <= IntDigits => typeof(T) == typeof(int),
        <= LongDigits => typeof(T) == typeof(long),
        _ => typeof(T) == typeof(Int128),
    };
}

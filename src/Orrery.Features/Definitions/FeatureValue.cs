using System.Diagnostics;

namespace Orrery.Features;

/// <summary>
/// One value without boxing of numbers: null, a kind of <see cref="FeatureKind"/>, or a list. Bools are 0 and 1, moments microseconds since
/// 1970 UTC, decimals and JSON their text.
/// </summary>
[DebuggerDisplay("{ToObject()}")]
internal readonly struct FeatureValue : IEquatable<FeatureValue>
{
    private readonly object? _reference;
    private readonly long _bits;
    private readonly byte _kind;

    private FeatureValue(FeatureKind kind, long bits, object? reference, bool isList = false)
    {
        _kind = (byte)((byte)kind | (isList ? 0x80 : 0));
        _bits = bits;
        _reference = reference;
    }

    /// <summary>No value.</summary>
    public static FeatureValue Null => default;

    public bool IsNull => _kind == 0;

    public bool IsList => (_kind & 0x80) != 0;

    /// <summary>The kind of the value or of a list's items; meaningless for null.</summary>
    public FeatureKind Kind => (FeatureKind)(_kind & 0x7f);

    /// <summary>Bool as 0 or 1, Int32, Int64, UnixTimestamp in microseconds.</summary>
    public long AsInt64 => _bits;

    public bool AsBool => _bits != 0;

    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>String, Decimal, Json.</summary>
    public string AsString => (string)_reference!;

    public byte[] AsBytes => (byte[])_reference!;

    public Guid AsGuid => (Guid)_reference!;

    /// <summary>Items of a list; an item may be null.</summary>
    public IReadOnlyList<FeatureValue> AsList => (FeatureValue[])_reference!;

    public static FeatureValue Bool(bool value) => new(FeatureKind.Bool, value ? 1 : 0, null);

    public static FeatureValue Int32(int value) => new(FeatureKind.Int32, value, null);

    public static FeatureValue Int64(long value) => new(FeatureKind.Int64, value, null);

    public static FeatureValue Float32(float value) => new(FeatureKind.Float32, BitConverter.DoubleToInt64Bits(value), null);

    public static FeatureValue Float64(double value) => new(FeatureKind.Float64, BitConverter.DoubleToInt64Bits(value), null);

    public static FeatureValue String(string value) => new(FeatureKind.String, 0, value);

    public static FeatureValue Bytes(byte[] value) => new(FeatureKind.Bytes, 0, value);

    /// <param name="microseconds">Since 1970 UTC.</param>
    public static FeatureValue Timestamp(long microseconds) => new(FeatureKind.UnixTimestamp, microseconds, null);

    public static FeatureValue Uuid(Guid value) => new(FeatureKind.Uuid, 0, value);

    public static FeatureValue Decimal(string value) => new(FeatureKind.Decimal, 0, value);

    public static FeatureValue Json(string value) => new(FeatureKind.Json, 0, value);

    public static FeatureValue List(FeatureKind kind, FeatureValue[] items) => new(kind, 0, items, isList: true);

    /// <inheritdoc/>
    public bool Equals(FeatureValue other)
    {
        if (_kind != other._kind)
            return false;
        if (IsNull)
            return true;
        if (IsList)
            return AsList.SequenceEqual(other.AsList);
        return Kind switch
        {
            FeatureKind.Float32 or FeatureKind.Float64 => AsDouble.Equals(other.AsDouble),
            FeatureKind.Bytes => AsBytes.AsSpan().SequenceEqual(other.AsBytes),
            FeatureKind.String or FeatureKind.Decimal or FeatureKind.Json or FeatureKind.Uuid => Equals(_reference, other._reference),
            _ => _bits == other._bits,
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FeatureValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsNull || IsList || Kind is FeatureKind.Bytes
        ? _kind
        : HashCode.Combine(_kind, Kind is FeatureKind.Float32 or FeatureKind.Float64 ? AsDouble.GetHashCode() : _bits.GetHashCode(), _reference);

    public static bool operator ==(FeatureValue left, FeatureValue right) => left.Equals(right);

    public static bool operator !=(FeatureValue left, FeatureValue right) => !left.Equals(right);

    /// <summary>As a plain object, for messages and tests: long for whole numbers, double, string, byte[], Guid, DateTimeOffset, a list of such.</summary>
    public object? ToObject() => IsNull ? null : IsList ? AsList.Select(static item => item.ToObject()).ToList() : Kind switch
    {
        FeatureKind.Bool => AsBool,
        FeatureKind.Int32 or FeatureKind.Int64 => _bits,
        FeatureKind.Float32 or FeatureKind.Float64 => AsDouble,
        FeatureKind.UnixTimestamp => DateTimeOffset.UnixEpoch.AddTicks(_bits * TimeSpan.TicksPerMicrosecond),
        _ => _reference,
    };
}

using System.Runtime.CompilerServices;

namespace Orrery.Features;

/// <summary>Where the values of a view's fields stand in a stored row: the same for all rows of one storage version. Immutable.</summary>
/// <remarks>
/// A row is: format (1 byte), CRC-32C of all that follows (4), number of fields (2), a bit for each field that is null, the fixed part with
/// one slot for each field, the variable part. Whole numbers, floats, moments and UUIDs stand in their slot; of all else the slot has the
/// end in the variable part, and it begins where the slot before it ended. Little endian.
/// </remarks>
internal sealed class RowLayout
{
    public const byte Format = 1;
    public const int HeaderBytes = 1 + 4 + 2;
    private static readonly ConditionalWeakTable<FeatureView, RowLayout> OfViews = [];

    private readonly int[] _slots;
    private readonly FeatureType[] _types;

    public RowLayout(IReadOnlyList<FeatureType> types)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(types.Count, ushort.MaxValue);
        _types = [.. types];
        _slots = new int[types.Count];
        FixedStart = HeaderBytes + (types.Count + 7) / 8;
        var at = FixedStart;
        for (var field = 0; field < types.Count; field++)
        {
            _slots[field] = at;
            at += SlotBytes(types[field]);
        }

        VariableStart = at;
    }

    public int Count => _types.Length;

    /// <summary>First byte of the slots.</summary>
    public int FixedStart { get; }

    /// <summary>First byte after the slots.</summary>
    public int VariableStart { get; }

    public static RowLayout Of(FeatureView view) => OfViews.GetValue(view, static v => new([.. v.Fields.Select(static field => field.Type)]));

    public FeatureType TypeOf(int field) => _types[field];

    /// <summary>First byte of a field's slot.</summary>
    public int SlotOf(int field) => _slots[field];

    /// <summary>True for what stands in the variable part.</summary>
    public static bool IsVariable(FeatureType type) => type.IsList || FixedBytes(type.Kind) == 0;

    /// <summary>Bytes of a single value in its slot; 0 for what has no fixed size.</summary>
    public static int FixedBytes(FeatureKind kind) => kind switch
    {
        FeatureKind.Bool => 1,
        FeatureKind.Int32 or FeatureKind.Float32 => 4,
        FeatureKind.Int64 or FeatureKind.Float64 or FeatureKind.UnixTimestamp => 8,
        FeatureKind.Uuid => 16,
        _ => 0,
    };

    private static int SlotBytes(FeatureType type) => IsVariable(type) ? 4 : FixedBytes(type.Kind);
}

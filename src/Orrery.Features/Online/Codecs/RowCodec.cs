using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Orrery.Features;

/// <summary>Makes stored rows of values (<see cref="RowLayout"/> has their form; <see cref="RowReader"/> reads them).</summary>
internal static class RowCodec
{
    /// <summary>The blob of a row.</summary>
    /// <param name="layout">Of the view.</param>
    /// <param name="values">One for each field, null or of the field's type.</param>
    /// <exception cref="ArgumentException">The number of values, or the type of one, is another than the view's.</exception>
    public static byte[] Encode(RowLayout layout, ReadOnlySpan<FeatureValue> values)
    {
        if (values.Length != layout.Count)
            throw new ArgumentException($"A row of {layout.Count} fields cannot hold {values.Length} values.", nameof(values));
        using var variable = new ByteWriter(256);
        var fixedPart = ArrayPool<byte>.Shared.Rent(layout.VariableStart);
        try
        {
            var head = fixedPart.AsSpan(0, layout.VariableStart);
            head.Clear();
            head[0] = RowLayout.Format;
            BinaryPrimitives.WriteUInt16LittleEndian(head[5..], (ushort)layout.Count);
            for (var field = 0; field < values.Length; field++)
                Put(layout, field, values[field], head, variable);
            var blob = new byte[head.Length + variable.Length];
            head.CopyTo(blob);
            variable.Written.Span.CopyTo(blob.AsSpan(head.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(1), Crc32C.Of(blob.AsSpan(5)));
            return blob;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(fixedPart);
        }
    }

    private static void Put(RowLayout layout, int field, FeatureValue value, Span<byte> head, ByteWriter variable)
    {
        var type = layout.TypeOf(field);
        var slot = head[layout.SlotOf(field)..];
        if (value.IsNull)
            head[RowLayout.HeaderBytes + (field >> 3)] |= (byte)(1 << (field & 7));
        else if (value.Kind != type.Kind || value.IsList != type.IsList)
            throw new ArgumentException($"Field {field} holds {type}, not {new FeatureType(value.Kind, value.IsList)}.", nameof(value));
        if (!RowLayout.IsVariable(type))
        {
            if (!value.IsNull)
                PutFixed(slot, value);
            return;
        }

        if (value.IsList)
            PutList(variable, type.Kind, value.AsList);
        else if (!value.IsNull)
            PutVariable(variable, value);
        BinaryPrimitives.WriteInt32LittleEndian(slot, variable.Length);
    }

    private static void PutFixed(Span<byte> slot, FeatureValue value)
    {
        switch (value.Kind)
        {
            case FeatureKind.Bool: slot[0] = value.AsBool ? (byte)1 : (byte)0; break;
            case FeatureKind.Int32: BinaryPrimitives.WriteInt32LittleEndian(slot, (int)value.AsInt64); break;
            case FeatureKind.Float32: BinaryPrimitives.WriteSingleLittleEndian(slot, (float)value.AsDouble); break;
            case FeatureKind.Float64: BinaryPrimitives.WriteDoubleLittleEndian(slot, value.AsDouble); break;
            case FeatureKind.Uuid: value.AsGuid.TryWriteBytes(slot, bigEndian: true, out _); break;
            default: BinaryPrimitives.WriteInt64LittleEndian(slot, value.AsInt64); break;
        }
    }

    private static void PutVariable(ByteWriter variable, FeatureValue value)
    {
        if (value.Kind is FeatureKind.Bytes)
            variable.Raw(value.AsBytes);
        else
            variable.Advance(Encoding.UTF8.GetBytes(value.AsString, variable.GetSpan(Encoding.UTF8.GetMaxByteCount(value.AsString.Length))));
    }

    // Number of items (4 bytes), a bit for each that is null, then the items: of fixed size, or each with its length (4) before it.
    private static void PutList(ByteWriter variable, FeatureKind kind, IReadOnlyList<FeatureValue> items)
    {
        BinaryPrimitives.WriteInt32LittleEndian(variable.GetSpan(4), items.Count);
        variable.Advance(4);
        var bitmap = new byte[(items.Count + 7) / 8];
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].IsNull)
                bitmap[i >> 3] |= (byte)(1 << (i & 7));
        }

        variable.Raw(bitmap);
        var size = RowLayout.FixedBytes(kind);
        foreach (var item in items)
        {
            if (!item.IsNull && (item.Kind != kind || item.IsList))
                throw new ArgumentException($"A list of {kind} cannot hold {item.Kind}.", nameof(items));
            if (size > 0)
            {
                var slot = variable.GetSpan(size)[..size];
                slot.Clear();
                if (!item.IsNull)
                    PutFixed(slot, item);
                variable.Advance(size);
            }
            else
            {
                PutSized(variable, item);
            }
        }
    }

    private static void PutSized(ByteWriter variable, FeatureValue item)
    {
        variable.GetSpan(4);
        var start = variable.Length;
        variable.Advance(4);
        if (!item.IsNull)
            PutVariable(variable, item);
        var whole = System.Runtime.InteropServices.MemoryMarshal.AsMemory(variable.Written);
        BinaryPrimitives.WriteInt32LittleEndian(whole.Span[start..], variable.Length - start - 4);
    }
}

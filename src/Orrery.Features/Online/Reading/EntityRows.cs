using System.Buffers;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>The keys of a request's rows: each column's values as parts of keys, and the keys put together of them. Pooled; one request at a time.</summary>
internal sealed class EntityRows : IDisposable
{
    /// <summary>Most rows of a request.</summary>
    public const int MaxRows = 10_000;

    /// <summary>A key that no row has: kinds are less.</summary>
    private static readonly byte[] NoKey = [0xff];

    private readonly ByteWriter _parts = new(1024);
    private int[] _ends = [];
    private byte[][][] _keys = [];
    private OnlinePlan _plan = null!;

    /// <summary>How many rows.</summary>
    public int Count { get; private set; }

    /// <summary>Keys of a set of columns, one for each row.</summary>
    public ReadOnlyMemory<byte[]> Keys(int keySet) => _keys[keySet].AsMemory(0, Count);

    /// <summary>A value of a column, as its part of a key; empty for null.</summary>
    public ReadOnlySpan<byte> Part(int column, int row)
    {
        var at = column * Count + row;
        var start = at == 0 ? 0 : _ends[at - 1];
        return _parts.Written.Span[start.._ends[at]];
    }

    /// <summary>Reads the values. <c>features.entity_value_invalid</c>, <c>features.entities_ragged</c>, <c>features.too_many_rows</c>.</summary>
    public Failure? Read(OnlinePlan plan, OnlineRequest request)
    {
        _plan = plan;
        if (CountRows(request) is { } wrong)
            return wrong;
        Rent(ref _ends, Math.Max(plan.KeyColumns.Count * Count, 1));
        for (var column = 0; column < plan.KeyColumns.Count; column++)
        {
            if (ReadColumn(request, column) is { } failure)
                return failure;
        }

        Compose();
        return null;
    }

    public void Clear()
    {
        _parts.Clear();
        for (var set = 0; set < _keys.Length; set++)
        {
            ArrayPool<byte[]>.Shared.Return(_keys[set], clearArray: true);
            _keys[set] = [];
        }

        _keys = [];
        Count = 0;
        _plan = null!;
    }

    public void Dispose()
    {
        Clear();
        _parts.Dispose();
        if (_ends.Length > 0)
            ArrayPool<int>.Shared.Return(_ends);
        _ends = [];
    }

    private Failure? CountRows(OnlineRequest request)
    {
        Count = 1;
        var isFirst = true;
        foreach (var field in _plan.ColumnOfKey)
        {
            var rows = Length(request, field);
            if (!isFirst && rows != Count)
                return Failure.Invalid("features.entities_ragged", $"Entity columns have {Count} and {rows} values; every one must have one for each row.");
            (Count, isFirst) = (rows, false);
        }

        // Features of everything at once have no keys: the rows are those of whatever came along.
        if (isFirst && request.Columns.Count > 0)
            Count = Length(request, 0);
        return Count > MaxRows ? Failure.Invalid("features.too_many_rows", $"The request has {Count} rows; at most {MaxRows} are taken.") : null;
    }

    private static int Length(OnlineRequest request, int column)
    {
        var json = new Utf8JsonReader(request.Slice(request.Columns[column].Values));
        json.Read();
        var count = 0;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            json.Skip();
            count++;
        }

        return count;
    }

    private Failure? ReadColumn(OnlineRequest request, int column)
    {
        var key = _plan.KeyColumns[column];
        var json = new Utf8JsonReader(request.Slice(request.Columns[_plan.ColumnOfKey[column]].Values));
        json.Read();
        for (var row = 0; row < Count; row++)
        {
            json.Read();
            if (!TryPut(ref json, key.Type))
                return EntityKeyCodec.Wrong(key.Name, key.Type, row, JsonCast.Show(ref json));
            _ends[column * Count + row] = _parts.Length;
        }

        return null;
    }

    private bool TryPut(ref Utf8JsonReader json, FeatureType type)
    {
        if (json.TokenType is JsonTokenType.Null)
            return true;
        if (type.Kind is FeatureKind.String && json.TokenType is JsonTokenType.String && !json.ValueIsEscaped)
        {
            if (json.ValueSpan.Length > EntityKeyCodec.MaxValueBytes)
                return false;
            EntityKeyCodec.PutSized(_parts, FeatureKind.String, json.ValueSpan);
            return true;
        }

        if (type.Kind is FeatureKind.Int64 && json.TokenType is JsonTokenType.Number && json.TryGetInt64(out var whole))
        {
            EntityKeyCodec.PutNumber(_parts, FeatureKind.Int64, whole);
            return true;
        }

        if (json.ValueSpan.Length > EntityKeyCodec.MaxValueBytes || !JsonCast.TryRead(ref json, type, out var value))
            return false;
        EntityKeyCodec.Put(_parts, value);
        return true;
    }

    private void Compose()
    {
        _keys = _plan.KeySets.Count == 0 ? [] : new byte[_plan.KeySets.Count][][];
        for (var set = 0; set < _keys.Length; set++)
        {
            var keys = ArrayPool<byte[]>.Shared.Rent(Math.Max(Count, 1));
            for (var row = 0; row < Count; row++)
                keys[row] = Compose(_plan.KeySets[set], row);
            _keys[set] = keys;
        }
    }

    private byte[] Compose(int[] columns, int row)
    {
        var length = 0;
        foreach (var column in columns)
        {
            var part = Part(column, row);
            if (part.IsEmpty)
                return NoKey;
            length += part.Length;
        }

        var key = new byte[length];
        var at = 0;
        foreach (var column in columns)
        {
            var part = Part(column, row);
            part.CopyTo(key.AsSpan(at));
            at += part.Length;
        }

        return key;
    }

    private static void Rent(ref int[] array, int least)
    {
        if (array.Length >= least)
            return;
        if (array.Length > 0)
            ArrayPool<int>.Shared.Return(array);
        array = ArrayPool<int>.Shared.Rent(least);
    }
}

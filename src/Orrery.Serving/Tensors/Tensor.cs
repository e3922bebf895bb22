using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>
/// A named array of one type: row-major, little endian, in pinned memory that is kept for the next request; or where the request's body has it
/// (<see cref="Borrow"/>). Texts lie one after another.
/// </summary>
internal sealed class Tensor
{
    public const int LargestRank = 16;
    private const int KeptBytes = 1 << 20;

    private long[] _shape = new long[4];
    private byte[] _memory = [];
    private int _length;
    private ReadOnlyMemory<byte> _borrowed;
    private bool _isBorrowed;
    private int[] _ends = [];
    private int _texts;

    public string Name { get; set; } = "";

    public DataType Type { get; set; }

    public int Rank { get; private set; }

    public ReadOnlySpan<long> Shape => _shape.AsSpan(0, Rank);

    /// <summary>Product of the shape.</summary>
    public long Count { get; private set; } = 1;

    /// <summary>Rows: the first size, or 1 without one.</summary>
    public long Rows => Rank == 0 ? 1 : _shape[0];

    /// <summary>The elements' bytes; of texts, all of them together.</summary>
    public ReadOnlySpan<byte> Bytes => _isBorrowed ? _borrowed.Span : _memory.AsSpan(0, _length);

    /// <summary>How many texts there are.</summary>
    public int Texts => _texts;

    public void Reset()
    {
        (Name, Type, Rank, Count) = ("", DataType.None, 0, 1);
        Clear();
        if (_memory.Length > KeptBytes)
            _memory = [];
        if (_ends.Length > KeptBytes)
            _ends = [];
    }

    /// <summary>Sets the shape.</summary>
    /// <exception cref="TensorException">A size is negative, or there are too many sizes or elements.</exception>
    public void SetShape(ReadOnlySpan<long> shape)
    {
        if (shape.Length > LargestRank)
            throw new TensorException($"Tensor '{Name}' has {shape.Length} dimensions; it may have {LargestRank}.");
        if (_shape.Length < shape.Length)
            _shape = new long[LargestRank];
        Int128 count = 1;
        for (var index = 0; index < shape.Length; index++)
        {
            if (shape[index] < 0)
                throw new TensorException($"Dimension {index} of tensor '{Name}' is {shape[index]}; it must be 0 or more.");
            _shape[index] = shape[index];
            count *= shape[index];
            if (count > int.MaxValue)
                throw new TensorException($"The shape of tensor '{Name}' has more than {int.MaxValue} elements.");
        }

        (Rank, Count) = (shape.Length, (long)count);
    }

    /// <summary>Drops the elements.</summary>
    public void Clear()
    {
        (_length, _texts, _isBorrowed, _borrowed) = (0, 0, false, default);
    }

    /// <summary>Takes the elements where they lie, in pinned memory that stays until the request ends.</summary>
    public void Borrow(ReadOnlyMemory<byte> pinned)
    {
        Clear();
        (_borrowed, _isBorrowed) = (pinned, true);
    }

    /// <summary>Becomes like another, with elements of its own.</summary>
    public void CopyFrom(Tensor other)
    {
        (Name, Type) = (other.Name, other.Type);
        SetShape(other.Shape);
        Clear();
        other.Bytes.CopyTo(Append(other.Bytes.Length));
        if (_ends.Length < other._texts)
            _ends = new int[other._ends.Length];
        other._ends.AsSpan(0, other._texts).CopyTo(_ends);
        _texts = other._texts;
    }

    /// <summary>Room for so many bytes after those that are there, to be written.</summary>
    /// <exception cref="TensorException">There are too many.</exception>
    public Span<byte> Append(int bytes)
    {
        if (bytes > Array.MaxLength - _length)
            throw new TensorException($"Tensor '{Name}' has more than 2 GiB; send it in parts.");
        var need = _length + bytes;
        if (_memory.Length < need)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(need, Math.Max(256, (int)Math.Min(Array.MaxLength, _memory.Length * 2L))), pinned: true);
            _memory.AsSpan(0, _length).CopyTo(larger);
            _memory = larger;
        }

        var room = _memory.AsSpan(_length, bytes);
        _length = need;
        return room;
    }

    /// <summary>Takes back bytes that were appended last.</summary>
    public void Shorten(int bytes) => _length -= bytes;

    /// <summary>Adds one element of the width of <typeparamref name="T"/>.</summary>
    public void Add<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Append(Unsafe.SizeOf<T>()), in value);

    /// <summary>Reads a JSON value over an element that was appended before.</summary>
    /// <param name="json">At the value.</param>
    /// <param name="place">Byte that the element begins at.</param>
    public void ReadAt(ref Utf8JsonReader json, int place)
    {
        var width = Type.Width();
        NumberJson.Read(ref json, this, Type);
        Bytes[^width..].CopyTo(_memory.AsSpan(place, width));
        Shorten(width);
    }

    /// <summary>Adds a text in UTF-8.</summary>
    public void AddText(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Append(utf8.Length));
        EndText();
    }

    /// <summary>Ends a text whose bytes were appended.</summary>
    public void EndText()
    {
        if (_ends.Length == _texts)
            Array.Resize(ref _ends, Math.Max(16, _texts * 2));
        _ends[_texts++] = _length;
    }

    /// <summary>A text in UTF-8.</summary>
    /// <param name="index">Row-major, from 0.</param>
    public ReadOnlySpan<byte> Text(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _memory.AsSpan(start, _ends[index] - start);
    }

    /// <summary>The elements as numbers of their own width.</summary>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>How many elements are there.</summary>
    public long Elements => Type is DataType.BYTES ? _texts : Type.Width() == 0 ? 0 : Bytes.Length / Type.Width();
}

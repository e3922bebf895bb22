using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Native;

/// <summary>What a run gave: a tensor, or a sequence or map of values (ZipMap). Valid until the run is disposed; it is used again after.</summary>
public sealed unsafe class OnnxValue
{
    private readonly OnnxRun _run;
    private readonly OnnxBuffer _text = new();
    private nint _value;
    private bool _described;
    private OnnxValueKind _kind;
    private OnnxElementType _type;
    private long[] _shape = new long[4];
    private int _rank;
    private nuint[] _offsets = [];
    private nuint _textBytes;
    private bool _textRead;

    internal OnnxValue(OnnxRun run) => _run = run;

    /// <summary>Whether it is a tensor, a sequence or a map.</summary>
    public OnnxValueKind Kind => Described()._kind;

    /// <summary>Of a tensor's elements.</summary>
    public OnnxElementType Type => Described()._type;

    /// <summary>Sizes of a tensor; empty for one number.</summary>
    public ReadOnlySpan<long> Shape => Described()._shape.AsSpan(0, _rank);

    /// <summary>Elements of a tensor, values of a sequence, 2 for a map (keys, values).</summary>
    public long Count
    {
        get
        {
            if (Kind is OnnxValueKind.Tensor)
            {
                var count = 1L;
                foreach (var size in Shape)
                    count *= size;
                return count;
            }

            nuint values;
            OnnxFailures.Check(OrtApi.GetValueCount(_value, &values));
            return (long)values;
        }
    }

    /// <summary>A tensor's bytes, little endian and row-major; not for text.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            var bytes = checked((int)(Count * Type.Width()));
            if (Type.Width() == 0 && Count > 0)
                throw new InvalidOperationException($"A tensor of {Type} has no plain bytes.");
            void* data;
            OnnxFailures.Check(OrtApi.GetTensorMutableData(_value, &data));
            return new ReadOnlySpan<byte>(data, bytes);
        }
    }

    internal bool IsSet => _value != 0;

    /// <summary>A tensor's elements; <typeparamref name="T"/> has the width of its type.</summary>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged => Unsafe.SizeOf<T>() == Type.Width()
        ? MemoryMarshal.Cast<byte, T>(Bytes)
        : throw new ArgumentException($"The tensor is of {Type}, not of {typeof(T).Name}.");

    /// <summary>One element of a tensor of text, in UTF-8.</summary>
    /// <param name="element">Row-major, from 0.</param>
    public ReadOnlySpan<byte> Utf8(long element)
    {
        if (!_textRead)
            ReadText();
        var end = element + 1 < Count ? _offsets[element + 1] : _textBytes;
        return new ReadOnlySpan<byte>((byte*)_text.Reserve(0) + _offsets[element], checked((int)(end - _offsets[element])));
    }

    /// <summary>One element of a tensor of text.</summary>
    public string Text(long element) => Encoding.UTF8.GetString(Utf8(element));

    /// <summary>A value of a sequence, or a map's keys (0) or values (1).</summary>
    public OnnxValue Element(int index)
    {
        nint element;
        OnnxFailures.Check(OrtApi.GetValue(_value, index, _run.Allocator, &element));
        return _run.Nested(element);
    }

    internal void Set(nint value) => (_value, _described, _textRead) = (value, false, false);

    internal void Release()
    {
        OrtApi.ReleaseValue(_value);
        _value = 0;
        _text.Trim(1 << 16);
    }

    internal void Free()
    {
        Release();
        _text.Free();
    }

    private OnnxValue Described()
    {
        if (_described)
            return this;
        ObjectDisposedException.ThrowIf(_value == 0, this);
        int kind, type;
        OnnxFailures.Check(OrtApi.GetValueType(_value, &kind));
        (_kind, _type, _rank) = ((OnnxValueKind)kind, OnnxElementType.Undefined, 0);
        if (_kind is OnnxValueKind.Tensor)
        {
            nint info;
            OnnxFailures.Check(OrtApi.GetTensorTypeAndShape(_value, &info));
            try
            {
                nuint rank;
                OnnxFailures.Check(OrtApi.GetTensorElementType(info, &type));
                OnnxFailures.Check(OrtApi.GetDimensionsCount(info, &rank));
                (_type, _rank) = ((OnnxElementType)type, (int)rank);
                if (_shape.Length < _rank)
                    _shape = new long[_rank];
                fixed (long* shape = _shape)
                    OnnxFailures.Check(OrtApi.GetDimensions(info, shape, rank));
            }
            finally
            {
                OrtApi.ReleaseTensorTypeAndShapeInfo(info);
            }
        }

        _described = true;
        return this;
    }

    private void ReadText()
    {
        if (Type is not OnnxElementType.String)
            throw new InvalidOperationException($"The tensor is of {Type}, not of text.");
        var count = checked((int)Count);
        nuint bytes;
        OnnxFailures.Check(OrtApi.GetStringTensorDataLength(_value, &bytes));
        if (_offsets.Length < count)
            _offsets = new nuint[count];
        var text = _text.Reserve(bytes);
        fixed (nuint* offsets = _offsets)
            OnnxFailures.Check(OrtApi.GetStringTensorContent(_value, text, bytes, offsets, (nuint)count));
        (_textBytes, _textRead) = (bytes, true);
    }
}

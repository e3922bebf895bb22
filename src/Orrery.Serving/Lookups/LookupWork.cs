using System.Buffers;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>What a request gives of a model's columns and of a lookup's inputs, and then what was looked up. Used again for another.</summary>
internal sealed class LookupWork
{
    private const int KeptBytes = 1 << 16;

    private readonly List<Tensor> _given = [];
    private readonly List<ArrayBufferWriter<byte>> _inputs = [];
    private ArrayBufferWriter<byte> _body = new(256);
    private bool[] _isGiven = [];

    /// <summary>Null when the request gives what the model takes.</summary>
    public LookupBinding? Binding { get; private set; }

    public int Rows { get; private set; }

    /// <summary>What was looked up; null when all was given.</summary>
    public LookupAnswer? Answer { get; set; }

    /// <summary>Whether a lookup is at work.</summary>
    public bool IsBegun => Binding is not null;

    /// <summary>Whether rows have all columns.</summary>
    public bool IsWhole => !_isGiven.AsSpan(0, Rows * Binding!.Columns.Count).Contains(false);

    /// <summary>Begins, anew when it had begun.</summary>
    public void Begin(LookupBinding binding)
    {
        Reset();
        Binding = binding;
        while (_given.Count < binding.Columns.Count)
            _given.Add(new Tensor());
        while (_inputs.Count < binding.Lookup.Inputs.Count)
            _inputs.Add(new ArrayBufferWriter<byte>(64));
        for (var column = 0; column < binding.Columns.Count; column++)
            (_given[column].Name, _given[column].Type) = (binding.Columns[column].Name, binding.Columns[column].Type);
    }

    /// <summary>What was given of a column: an element for each row, zero or empty where nothing was.</summary>
    public Tensor Given(int column) => _given[column];

    /// <summary>Values of an input, as a list of JSON: to be written.</summary>
    public ArrayBufferWriter<byte> Input(int input) => _inputs[input];

    /// <summary>Whether a row has a column.</summary>
    public bool IsGiven(int row, int column) => _isGiven[(row * Binding!.Columns.Count) + column];

    /// <summary>Adds rows that have no column yet.</summary>
    public void AddRows(int rows)
    {
        Rows += rows;
        var count = Rows * Binding!.Columns.Count;
        if (_isGiven.Length < count)
            Array.Resize(ref _isGiven, Math.Max(count, _isGiven.Length * 2));
        _isGiven.AsSpan(count - (rows * Binding.Columns.Count), rows * Binding.Columns.Count).Clear();
    }

    /// <summary>Says that a row has a column; false when it had already.</summary>
    public bool Mark(int row, int column) => !_isGiven[(row * Binding!.Columns.Count) + column] && (_isGiven[(row * Binding.Columns.Count) + column] = true);

    /// <summary>Has every column have an element for each row.</summary>
    public void FillUp()
    {
        for (var column = 0; column < Binding!.Columns.Count; column++)
        {
            var given = _given[column];
            var more = Rows - (int)given.Elements;
            if (given.Type is DataType.BYTES)
            {
                for (; more > 0; more--)
                    given.AddText([]);
            }
            else if (more > 0)
            {
                given.Append(more * given.Type.Width()).Clear();
            }
        }
    }

    /// <summary>What the lookup is asked: the lists of all its inputs.</summary>
    public ReadOnlyMemory<byte> Body()
    {
        _body.ResetWrittenCount();
        _body.Write("{\"entities\":{"u8);
        var inputs = Binding!.Lookup.Inputs;
        for (var at = 0; at < inputs.Count; at++)
        {
            _body.Write(at == 0 ? "\""u8 : ",\""u8);
            _body.Write(System.Text.Json.JsonEncodedText.Encode(inputs[at].Name).EncodedUtf8Bytes);
            _body.Write("\":"u8);
            if (_inputs[at].WrittenCount > 0)
                _body.Write(_inputs[at].WrittenSpan);
            else
                WriteNulls();
        }

        _body.Write("}}"u8);
        return _body.WrittenMemory;
    }

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        if (Binding is null)
            return;
        Answer?.Dispose();
        (Answer, Binding, Rows) = (null, null, 0);
        foreach (var given in _given)
            given.Reset();
        for (var at = 0; at < _inputs.Count; at++)
        {
            if (_inputs[at].Capacity > KeptBytes)
                _inputs[at] = new(64);
            else
                _inputs[at].ResetWrittenCount();
        }

        if (_body.Capacity > KeptBytes)
            _body = new(256);
        if (_isGiven.Length > KeptBytes)
            _isGiven = [];
    }

    private void WriteNulls()
    {
        _body.Write("["u8);
        for (var row = 0; row < Rows; row++)
            _body.Write(row == 0 ? "null"u8 : ",null"u8);
        _body.Write("]"u8);
    }
}

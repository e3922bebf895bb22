using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Orrery.Governance;

/// <summary>
/// Follows the opcodes of one pickle, protocols 0 to 5, with a stack and a memo of what is known of the values: what would be imported and called comes to
/// light, and nothing is.
/// </summary>
internal sealed partial class PickleMachine
{
    /// <summary>Pickles in pickles that are followed.</summary>
    public const int MostNested = 6;

    private const long MostOpcodes = 60_000_000;
    private const int MostValues = 8_000_000;
    private const int MostText = 1024;
    private const int MostLine = 1 << 20;
    private const int MostNestedBytes = 32 << 20;
    private const int LatestProtocol = 5;

    private readonly ByteReader _reader;
    private readonly PickleSettings _settings;
    private readonly PickleReport _report;
    private readonly int _depth;
    private readonly List<PickleValue> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<ulong, PickleValue> _memo = [];

    private PickleMachine(ByteReader reader, PickleSettings settings, PickleReport report, int depth) =>
        (_reader, _settings, _report, _depth) = (reader, settings, report, depth);

    /// <summary>Follows the pickle at which the reader is, to its STOP or to where it breaks.</summary>
    public static PickleReport Follow(ByteReader reader, PickleSettings settings, CancellationToken cancel) => Follow(reader, settings, 0, cancel);

    private static PickleReport Follow(ByteReader reader, PickleSettings settings, int depth, CancellationToken cancel)
    {
        var report = new PickleReport();
        var machine = new PickleMachine(reader, settings, report, depth);
        try
        {
            machine.Run(cancel);
        }
        catch (EndOfStreamException)
        {
            report.Broken = "it ends in the middle";
        }
        catch (InvalidDataException wrong)
        {
            report.Broken = wrong.Message;
        }

        return report;
    }

    private void Run(CancellationToken cancel)
    {
        for (var count = 0L; ; count++)
        {
            if (count > MostOpcodes || _stack.Count > MostValues || _memo.Count > MostValues || _marks.Count > MostValues)
                throw new ScanLimitException("The pickle has more opcodes than are followed.");
            if ((count & 0xFFFF) == 0)
                cancel.ThrowIfCancellationRequested();
            var opcode = _reader.Byte();
            if (opcode == (byte)'.')
            {
                Pop();
                _report.Ended = true;
                return;
            }

            Step(opcode, cancel);
        }
    }

    private void Step(byte opcode, CancellationToken cancel)
    {
        if (Stacks(opcode) || Scalars(opcode, cancel) || Memo(opcode) || Containers(opcode) || Objects(opcode, cancel))
            return;
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"byte {_reader.Position - 1} is 0x{opcode:x2}, which is no opcode"));
    }

    private bool Stacks(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(':
                _marks.Add(_stack.Count);
                break;
            case (byte)'0' when _marks.Count > 0 && _marks[^1] == _stack.Count:
                _marks.RemoveAt(_marks.Count - 1);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopMark();
                break;
            case (byte)'2':
                Push(Top());
                break;
            case 0x80:
                if (_reader.Byte() is var protocol and > LatestProtocol)
                    throw new InvalidDataException($"protocol {protocol} is not known");
                break;
            case 0x95:
                _reader.Skip(8);
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Scalars(byte opcode, CancellationToken cancel)
    {
        switch (opcode)
        {
            case (byte)'N' or 0x88 or 0x89:
                Push(PickleValue.Other);
                break;
            case (byte)'F':
                _reader.Line(MostLine);
                Push(PickleValue.Other);
                break;
            case (byte)'I' or (byte)'L':
                Push(long.TryParse(_reader.LatinLine(MostLine).TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? PickleValue.OfNumber(whole) : PickleValue.Other);
                break;
            case (byte)'J':
                Push(PickleValue.OfNumber((int)_reader.Whole(4)));
                break;
            case (byte)'K':
                Push(PickleValue.OfNumber(_reader.Byte()));
                break;
            case (byte)'M':
                Push(PickleValue.OfNumber((long)_reader.Whole(2)));
                break;
            case (byte)'G':
                _reader.Skip(8);
                Push(PickleValue.Other);
                break;
            case 0x8a:
                Long(_reader.Byte());
                break;
            case 0x8b:
                Long(_reader.Whole(4));
                break;
            case (byte)'S':
                Push(PickleValue.OfText(PickleText.OfString(_reader.LatinLine(MostLine))));
                break;
            case (byte)'V':
                Push(PickleValue.OfText(PickleText.OfUnicode(_reader.LatinLine(MostLine))));
                break;
            case (byte)'X':
                Text(_reader.Whole(4));
                break;
            case 0x8c:
                Text(_reader.Byte());
                break;
            case 0x8d:
                Text(_reader.Whole(8));
                break;
            case (byte)'U':
                Bytes(_reader.Byte(), isText: true, cancel);
                break;
            case (byte)'T':
                Bytes(_reader.Whole(4), isText: true, cancel);
                break;
            case (byte)'C':
                Bytes(_reader.Byte(), isText: false, cancel);
                break;
            case (byte)'B':
                Bytes(_reader.Whole(4), isText: false, cancel);
                break;
            case 0x8e or 0x96:
                Bytes(_reader.Whole(8), isText: false, cancel);
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'g':
                Get(Index());
                break;
            case (byte)'h':
                Get(_reader.Byte());
                break;
            case (byte)'j':
                Get(_reader.Whole(4));
                break;
            case (byte)'p':
                _memo[Index()] = Top();
                break;
            case (byte)'q':
                _memo[_reader.Byte()] = Top();
                break;
            case (byte)'r':
                _memo[_reader.Whole(4)] = Top();
                break;
            case 0x94:
                _memo[(ulong)_memo.Count] = Top();
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Containers(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'}':
                Push(new(PickleKind.Dict));
                break;
            case (byte)']' or 0x8f:
                Push(PickleValue.Other);
                break;
            case (byte)')':
                Push(new(PickleKind.Tuple));
                break;
            case (byte)'t':
                Push(new(PickleKind.Tuple) { Items = PopMark() });
                break;
            case 0x85 or 0x86 or 0x87:
                Push(new(PickleKind.Tuple) { Items = PopMany(opcode - 0x84) });
                break;
            case (byte)'l' or 0x91:
                PopMark();
                Push(PickleValue.Other);
                break;
            case (byte)'a':
                Pop();
                Top();
                break;
            case (byte)'e' or 0x90:
                PopMark();
                Top();
                break;
            case (byte)'d':
                var made = PopMark();
                Push(new(PickleKind.Dict));
                Put(made);
                break;
            case (byte)'s':
                Put(PopMany(2));
                break;
            case (byte)'u':
                Put(PopMark());
                break;
            default:
                return false;
        }

        return true;
    }

    private void Long(ulong bytes)
    {
        if (bytes > 8)
        {
            _reader.Skip(bytes);
            Push(PickleValue.Other);
            return;
        }

        var taken = _reader.Take((long)bytes);
        Span<byte> wide = stackalloc byte[8];
        wide.Fill(taken is [.., >= 0x80] ? (byte)0xFF : (byte)0);
        taken.CopyTo(wide);
        Push(PickleValue.OfNumber(BinaryPrimitives.ReadInt64LittleEndian(wide)));
    }

    private void Text(ulong bytes)
    {
        if (bytes <= MostText)
        {
            Push(PickleValue.OfText(Encoding.UTF8.GetString(_reader.Take((long)bytes))));
            return;
        }

        _reader.Skip(bytes);
        Push(PickleValue.Other);
    }

    // A pickle in bytes waits for somebody who loads it.
    private void Bytes(ulong count, bool isText, CancellationToken cancel)
    {
        if (count <= MostText || (_reader.Peek() is 0x80 or 'c' or '(' && count <= MostNestedBytes))
        {
            var taken = _reader.Take((long)count);
            if (_depth < MostNested)
                Nested(taken, cancel);
            Push(isText && count <= MostText ? PickleValue.OfText(Encoding.Latin1.GetString(taken)) : PickleValue.Other);
            return;
        }

        _reader.Skip(count);
        Push(PickleValue.Other);
    }

    private void Nested(byte[] bytes, CancellationToken cancel)
    {
        if (bytes.Length < 4)
            return;
        using var content = new MemoryStream(bytes);
        var inner = Follow(new ByteReader(content, bytes.Length), _settings with { HasArrays = false }, _depth + 1, cancel);
        if (inner.Problems.Count == 0 || !inner.Calls)
            return;
        (_report.Calls, _report.IsLikely) = (true, _report.IsLikely || inner.IsLikely);
        foreach (var (rule, what) in inner.Problems)
            _report.Add(rule, what.Contains("in a pickle within it", StringComparison.Ordinal) ? what : what + " in a pickle within it");
    }

    private ulong Index() => ulong.TryParse(_reader.LatinLine(64), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        ? index
        : throw new InvalidDataException("a place of the memo is no number");

    private void Get(ulong index) => Push(_memo.TryGetValue(index, out var value) ? value : throw new InvalidDataException("it takes from its memo what was not put there"));

    private void Put(List<PickleValue> pairs)
    {
        var target = Top();
        for (var i = 0; i + 1 < pairs.Count; i += 2)
            target.Put(pairs[i], pairs[i + 1]);
    }

    private void Push(PickleValue value) => _stack.Add(value);

    private PickleValue Top() => _stack.Count > 0 ? _stack[^1] : throw new InvalidDataException("its stack is empty");

    private PickleValue Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        if (_marks.Count > 0 && _marks[^1] > _stack.Count)
            throw new InvalidDataException("it takes more from its stack than there is above the mark");
        return top;
    }

    private List<PickleValue> PopMany(int count)
    {
        if (_stack.Count - (_marks.Count > 0 ? _marks[^1] : 0) < count)
            throw new InvalidDataException("it takes more from its stack than there is");
        var items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private List<PickleValue> PopMark()
    {
        if (_marks.Count == 0)
            throw new InvalidDataException("it looks for a mark that is not there");
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var items = _stack.GetRange(mark, _stack.Count - mark);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }
}

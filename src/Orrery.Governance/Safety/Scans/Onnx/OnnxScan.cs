using System.Globalization;
using System.Text;

namespace Orrery.Governance;

/// <summary>Reads an ONNX model's messages (onnx.proto) without taking in its weights: where it reads from, which operators it needs, and whether its sizes are true.</summary>
internal sealed partial class OnnxScan
{
    private const int MostDepth = 48;
    private const int MostNodes = 4_000_000;
    private const int MostText = 4096;

    private readonly string _path;
    private readonly ByteReader _reader;
    private readonly PackageFacts _facts;
    private readonly Findings _findings;
    private readonly CancellationToken _cancel;
    private readonly HashSet<(string Domain, string Type)> _operators = [];
    private readonly HashSet<(string Domain, string Type)> _functions = [];
    private int _nodes;
    private bool _hasGraph;

    private OnnxScan(string path, Stream file, PackageFacts facts, Findings findings, CancellationToken cancel)
    {
        (_path, _facts, _findings, _cancel) = (path, facts, findings, cancel);
        _reader = new ByteReader(file, ScanLimits.Bytes);
    }

    public static void Scan(string path, Stream file, PackageFacts facts, Findings findings, CancellationToken cancel)
    {
        var scan = new OnnxScan(path, file, facts, findings, cancel);
        try
        {
            scan.Message(file.Length, 0, scan.Model);
            if (!scan._hasGraph)
                throw new InvalidDataException("it has no graph");
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            findings.Add(ScanRules.OnnxUnreadable, Severity.High, path, $"it is no ONNX model: {(broken is EndOfStreamException ? "it ends in the middle" : broken.Message)}");
        }

        scan.Operators();
    }

    private delegate void Field(int number, int wire, long length, int depth);

    // Fields of a message, to its end. A field that nobody reads is passed over.
    private void Message(long end, int depth, Field field)
    {
        if (depth > MostDepth)
            throw new InvalidDataException($"its messages are nested deeper than {MostDepth}");
        while (_reader.Position < end)
        {
            var key = Varint();
            var (number, wire) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
            var length = wire switch
            {
                0 => 0L,
                1 => 8,
                2 => (long)Math.Min(Varint(), long.MaxValue),
                5 => 4,
                _ => throw new InvalidDataException($"a field has the wire type {wire}"),
            };
            if (number == 0 || length > end - _reader.Position)
                throw new InvalidDataException("a field is larger than what it stands in");
            var next = _reader.Position + length;
            field(number, wire, length, depth);
            if (wire != 0 && _reader.Position < next)
                _reader.Skip((ulong)(next - _reader.Position));
            else if (wire != 0 && _reader.Position > next)
                throw new InvalidDataException("a field is longer than it says");
        }

        if (_reader.Position > end)
            throw new InvalidDataException("a message is longer than it says");
    }

    private void Model(int number, int wire, long length, int depth)
    {
        if (wire == 0)
            Varint();
        else if (wire == 2 && number == 7)
            (_hasGraph, _) = (true, Inner(length, depth, Graph));
        else if (wire == 2 && number == 25)
            Function(length, depth);
    }

    private void Graph(int number, int wire, long length, int depth)
    {
        if (wire == 0)
            Varint();
        else if (wire == 2 && number == 1)
            Node(length, depth);
        else if (wire == 2 && number == 5)
            Tensor(length, depth);
        else if (wire == 2 && number == 15)
            Inner(length, depth, Sparse);
    }

    private void Node(long length, int depth)
    {
        if (++_nodes > MostNodes)
            throw new ScanLimitException($"It has more than {MostNodes} nodes.");
        if ((_nodes & 0xFFF) == 0)
            _cancel.ThrowIfCancellationRequested();
        var (domain, type) = ("", "");
        Inner(length, depth, (number, wire, size, inner) =>
        {
            if (wire == 0)
                Varint();
            else if (wire == 2 && number == 4)
                type = Text(size);
            else if (wire == 2 && number == 7)
                domain = Text(size);
            else if (wire == 2 && number == 5)
                Inner(size, inner, Attribute);
        });
        _operators.Add((domain, type));
    }

    private void Function(long length, int depth)
    {
        var (domain, name) = ("", "");
        Inner(length, depth, (number, wire, size, inner) =>
        {
            if (wire == 0)
                Varint();
            else if (wire == 2 && number == 1)
                name = Text(size);
            else if (wire == 2 && number == 10)
                domain = Text(size);
            else if (wire == 2 && number == 7)
                Node(size, inner);
            else if (wire == 2 && number == 11)
                Inner(size, inner, Attribute);
        });
        _functions.Add((domain, name));
    }

    private void Attribute(int number, int wire, long length, int depth)
    {
        if (wire == 0)
            Varint();
        else if (wire == 2 && number is 5 or 10)
            Tensor(length, depth);
        else if (wire == 2 && number is 6 or 11)
            Inner(length, depth, Graph);
        else if (wire == 2 && number is 22 or 23)
            Inner(length, depth, Sparse);
    }

    private void Sparse(int number, int wire, long length, int depth)
    {
        if (wire == 0)
            Varint();
        else if (wire == 2 && number is 1 or 2)
            Tensor(length, depth);
    }

    private void Operators()
    {
        foreach (var (domain, type) in _operators.Where(one => !OnnxTypes.IsStandard(one.Domain) && !_functions.Contains(one)))
            _findings.Add(ScanRules.OnnxDomain, Severity.High, _path, $"it needs the operator {Shown(domain)}::{Shown(type)}, which ONNX Runtime does not have: it would come from a library of somebody else's");
    }

    private long Inner(long length, int depth, Field field)
    {
        var end = _reader.Position + length;
        Message(end, depth + 1, field);
        return end;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = _reader.Byte();
            value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a number is longer than ten bytes");
    }

    private string Text(long length)
    {
        if (length > MostText)
            throw new InvalidDataException($"a name has more than {MostText} bytes");
        return Encoding.UTF8.GetString(_reader.Take(length));
    }

    private static string Shown(string name) => string.Concat((name.Length > 100 ? name[..100] + "..." : name).Select(static c =>
        char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()));
}

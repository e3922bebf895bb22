using System.Globalization;
using System.Text;

namespace Orrery.Web;

/// <summary>
/// The graph of an ONNX model (onnx.proto3 of ONNX 1.17: ModelProto, GraphProto, NodeProto, ValueInfoProto), as far as it is read: weights are passed over, and
/// graphs within nodes.
/// </summary>
public sealed record OnnxGraph
{
    /// <summary>Most nodes that are read.</summary>
    public const int MostNodes = 2000;

    private const int MostNames = 64;
    private const int MostLetters = 120;

    private static readonly string[] Types =
        ["", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"];

    /// <summary>What made it, with its version.</summary>
    public string Producer { get; init; } = "";

    /// <summary>Operator sets: domain and version.</summary>
    public IReadOnlyList<string> Opsets { get; init; } = [];

    /// <summary>What goes in, with types and shapes.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; init; } = [];

    /// <summary>What comes out.</summary>
    public IReadOnlyList<OnnxValue> Outputs { get; init; } = [];

    /// <summary>Its nodes, in the order of the file, which is that of work.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; init; } = [];

    /// <summary>Whether there is more of it than was read.</summary>
    public bool IsCut { get; init; }

    /// <summary>Reads a model, or the begin of one; null for what is none.</summary>
    public static OnnxGraph? Read(ReadOnlySpan<byte> bytes)
    {
        var model = new ProtoReader(bytes);
        var (producer, release, opsets, graph) = ("", "", new List<string>(), (OnnxGraph?)null);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 2:
                    producer = Text(model.Bytes());
                    break;
                case 3:
                    release = Text(model.Bytes());
                    break;
                case 7 when graph is null && model.HoldsBytes:
                    graph = GraphOf(model.Bytes());
                    break;
                case 8 when opsets.Count < MostNames:
                    opsets.Add(OpsetOf(model.Bytes()));
                    break;
                default:
                    model.Skip();
                    break;
            }
        }

        return graph is null || graph.Nodes.Count == 0 ? null : graph with { Producer = $"{producer} {release}".Trim(), Opsets = opsets, IsCut = graph.IsCut || model.IsCut };
    }

    private static OnnxGraph GraphOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var (nodes, inputs, outputs, cut) = (new List<OnnxNode>(), new List<OnnxValue>(), new List<OnnxValue>(), false);
        var weights = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when nodes.Count < MostNodes:
                    // A node without an operator is none.
                    if (NodeOf(reader.Bytes()) is { Operation.Length: > 0 } node)
                        nodes.Add(node);
                    break;
                case 5 when weights.Count < MostNodes:
                    weights.Add(NameOf(reader.Bytes(), 8));
                    break;
                case 11 when inputs.Count < MostNames:
                    inputs.Add(ValueOf(reader.Bytes()));
                    break;
                case 12 when outputs.Count < MostNames:
                    outputs.Add(ValueOf(reader.Bytes()));
                    break;
                default:
                    cut |= reader.Field == 1;
                    reader.Skip();
                    break;
            }
        }

        // Old models name their weights as inputs, too.
        return new() { Nodes = nodes, Inputs = [.. inputs.Where(one => !weights.Contains(one.Name))], Outputs = outputs, IsCut = cut || reader.IsCut };
    }

    private static OnnxNode NodeOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var (inputs, outputs, name, operation, domain) = (new List<string>(), new List<string>(), "", "", "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when inputs.Count < MostNames:
                    inputs.Add(Text(reader.Bytes()));
                    break;
                case 2 when outputs.Count < MostNames:
                    outputs.Add(Text(reader.Bytes()));
                    break;
                case 3:
                    name = Text(reader.Bytes());
                    break;
                case 4:
                    operation = Text(reader.Bytes());
                    break;
                case 7:
                    domain = Text(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(operation, name, domain, inputs, outputs);
    }

    private static OnnxValue ValueOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var (name, type) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 1)
                name = Text(reader.Bytes());
            else if (reader.Field == 2)
                type = TypeOf(reader.Bytes());
            else
                reader.Skip();
        }

        return new(name, type);
    }

    private static string TypeOf(ReadOnlySpan<byte> bytes)
    {
        var type = new ProtoReader(bytes);
        if (!type.Next() || type.Field != 1)
            return type.Field switch { 4 => "sequence", 5 => "map", 9 => "optional", _ => "" };
        var tensor = new ProtoReader(type.Bytes());
        var (element, shape) = ("", "");
        while (tensor.Next())
        {
            if (tensor.Field == 1)
                element = tensor.Number() is var code and > 0 && code < Types.Length ? Types[code] : "";
            else if (tensor.Field == 2)
                shape = ShapeOf(tensor.Bytes());
            else
                tensor.Skip();
        }

        return $"{element} {shape}".Trim();
    }

    private static string ShapeOf(ReadOnlySpan<byte> bytes)
    {
        var shape = new ProtoReader(bytes);
        var dimensions = new List<string>();
        while (shape.Next())
        {
            var dimension = new ProtoReader(shape.Bytes());
            var text = "?";
            while (dimension.Next())
                text = dimension.Field == 1 ? dimension.Number().ToString(CultureInfo.InvariantCulture) : Text(dimension.Bytes());
            if (dimensions.Count < MostNames)
                dimensions.Add(text);
        }

        return $"[{string.Join(", ", dimensions)}]";
    }

    private static string OpsetOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var (domain, version) = ("", 0L);
        while (reader.Next())
        {
            if (reader.Field == 1)
                domain = Text(reader.Bytes());
            else if (reader.Field == 2)
                version = reader.Number();
            else
                reader.Skip();
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(domain.Length == 0 ? "ai.onnx" : domain)} {version}");
    }

    private static string NameOf(ReadOnlySpan<byte> bytes, int field)
    {
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == field)
                return Text(reader.Bytes());
            reader.Skip();
        }

        return "";
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MostLetters * 4)]);
        return text.Length <= MostLetters ? text : text[..MostLetters] + "…";
    }
}

/// <summary>A step of an ONNX graph.</summary>
/// <param name="Operation">Its operator.</param>
/// <param name="Name">What it is called; may be empty.</param>
/// <param name="Domain">Of the operator; empty for ONNX's own.</param>
/// <param name="Inputs">Names of the values that go in; empty for one that is left out.</param>
/// <param name="Outputs">Names of those that come out.</param>
public sealed record OnnxNode(string Operation, string Name, string Domain, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

/// <summary>What goes into an ONNX graph or comes out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements and shape.</param>
public sealed record OnnxValue(string Name, string Type);

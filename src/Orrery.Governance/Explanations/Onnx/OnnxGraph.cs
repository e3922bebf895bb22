namespace Orrery.Governance;

/// <summary>What explanations read of an ONNX file: nodes in their order, constants, and inputs.</summary>
/// <param name="Nodes">In an order in which each comes after what it reads.</param>
/// <param name="Constants">By name.</param>
/// <param name="Inputs">That are no constants: name, and number of the elements' type.</param>
internal sealed record OnnxGraph(IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxConstant> Constants, IReadOnlyList<(string Name, int Type)> Inputs)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static OnnxGraph Read(ReadOnlySpan<byte> file)
    {
        var nodes = new List<OnnxNode>();
        var constants = new Dictionary<string, OnnxConstant>(StringComparer.Ordinal);
        var inputs = new List<(string Name, int Type)>();
        var model = new OnnxWire(file);
        while (model.Next(out var field))
        {
            if (field == 7)
                ReadGraph(model.Bytes(), nodes, constants, inputs);
            else
                model.Skip();
        }

        foreach (var node in nodes.Where(static node => node.Operation == "Constant" && node.Outputs.Count == 1))
        {
            if (node.Attributes.GetValueOrDefault("value")?.Constant is { } constant)
                constants[node.Outputs[0]] = constant with { Name = node.Outputs[0] };
        }

        return new(nodes, constants, [.. inputs.Where(input => !constants.ContainsKey(input.Name))]);
    }

    private static void ReadGraph(ReadOnlySpan<byte> message, List<OnnxNode> nodes, Dictionary<string, OnnxConstant> constants, List<(string, int)> inputs)
    {
        var graph = new OnnxWire(message);
        while (graph.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    nodes.Add(OnnxNode.Read(graph.Bytes()));
                    break;
                case 5:
                    var constant = OnnxConstant.Read(graph.Bytes());
                    constants[constant.Name] = constant;
                    break;
                case 11:
                    inputs.Add(ReadInput(graph.Bytes()));
                    break;
                default:
                    graph.Skip();
                    break;
            }
        }
    }

    private static (string Name, int Type) ReadInput(ReadOnlySpan<byte> message)
    {
        var (name, type) = ("", 0);
        var wire = new OnnxWire(message);
        while (wire.Next(out var field))
        {
            if (field == 1)
                name = wire.Text();
            else if (field == 2)
                type = ElementType(wire.Bytes());
            else
                wire.Skip();
        }

        return (name, type);
    }

    // TypeProto has the tensor, which has the type.
    private static int ElementType(ReadOnlySpan<byte> message)
    {
        var outer = new OnnxWire(message);
        while (outer.Next(out var field))
        {
            if (field != 1)
            {
                outer.Skip();
                continue;
            }

            var tensor = new OnnxWire(outer.Bytes());
            while (tensor.Next(out var inside))
            {
                if (inside == 1)
                    return (int)tensor.Whole();
                tensor.Skip();
            }
        }

        return 0;
    }
}

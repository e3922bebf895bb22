namespace Orrery.Governance;

/// <summary>A node of a graph.</summary>
/// <param name="Operation">Such as <c>MatMul</c>.</param>
/// <param name="Inputs">Names; empty for one left out.</param>
/// <param name="Outputs">Names.</param>
/// <param name="Attributes">By name.</param>
internal sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    public double[]? Floats(string name) => Attributes.GetValueOrDefault(name) is { } found ? found.Constant?.Values ?? [.. found.Floats] : null;

    public long[]? Wholes(string name) => Attributes.GetValueOrDefault(name)?.Wholes.ToArray();

    public IReadOnlyList<string>? Texts(string name) => Attributes.GetValueOrDefault(name)?.Texts;

    public long Whole(string name, long otherwise) => Attributes.GetValueOrDefault(name)?.Whole ?? otherwise;

    public double Number(string name, double otherwise) => Attributes.GetValueOrDefault(name)?.Number ?? otherwise;

    public string? Text(string name) => Attributes.GetValueOrDefault(name)?.Text;

    public static OnnxNode Read(ReadOnlySpan<byte> message)
    {
        var (inputs, outputs, operation) = (new List<string>(), new List<string>(), "");
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        var wire = new OnnxWire(message);
        while (wire.Next(out var field))
        {
            switch (field)
            {
                case 1: inputs.Add(wire.Text()); break;
                case 2: outputs.Add(wire.Text()); break;
                case 4: operation = wire.Text(); break;
                case 5:
                    var attribute = OnnxAttribute.Read(wire.Bytes());
                    attributes[attribute.Name] = attribute;
                    break;
                default: wire.Skip(); break;
            }
        }

        return new(operation, inputs, outputs, attributes);
    }
}

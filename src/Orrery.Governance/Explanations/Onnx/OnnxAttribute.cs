namespace Orrery.Governance;

/// <summary>An attribute of a node, with what it has of each kind.</summary>
internal sealed record OnnxAttribute(string Name)
{
    public double? Number { get; private init; }

    public long? Whole { get; private init; }

    public string? Text { get; private init; }

    public OnnxConstant? Constant { get; private init; }

    public List<double> Floats { get; } = [];

    public List<long> Wholes { get; } = [];

    public List<string> Texts { get; } = [];

    public static OnnxAttribute Read(ReadOnlySpan<byte> message)
    {
        var attribute = new OnnxAttribute("");
        var wire = new OnnxWire(message);
        while (wire.Next(out var field))
        {
            switch (field)
            {
                case 1: attribute = attribute with { Name = wire.Text() }; break;
                case 2: attribute = attribute with { Number = wire.Single() }; break;
                case 3: attribute = attribute with { Whole = wire.Whole() }; break;
                case 4: attribute = attribute with { Text = wire.Text() }; break;
                case 5: attribute = attribute with { Constant = OnnxConstant.Read(wire.Bytes()) }; break;
                case 7: wire.Singles(attribute.Floats); break;
                case 8: wire.Wholes(attribute.Wholes); break;
                case 9: attribute.Texts.Add(wire.Text()); break;
                default: wire.Skip(); break;
            }
        }

        return attribute;
    }
}

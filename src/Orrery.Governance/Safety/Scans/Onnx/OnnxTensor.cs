namespace Orrery.Governance;

/// <summary>What a tensor of an ONNX model says of itself.</summary>
internal sealed class OnnxTensor
{
    public string Name { get; set; } = "";

    public List<long> Dims { get; } = [];

    public long Type { get; set; }

    public long? RawBytes { get; set; }

    /// <summary>Elements that stand in fields of their types.</summary>
    public long Typed { get; set; }

    public bool IsExternal { get; set; }

    /// <summary>Of <c>external_data</c>.</summary>
    public Dictionary<string, string> External { get; } = new(StringComparer.Ordinal);

    /// <summary>Elements by the shape; null when a dimension is negative or there are more than a file can have.</summary>
    public long? Count()
    {
        UInt128 count = 1;
        foreach (var one in Dims)
        {
            if (one < 0)
                return null;
            count *= (ulong)one;
            if (count > long.MaxValue / 16)
                return null;
        }

        return (long)count;
    }
}

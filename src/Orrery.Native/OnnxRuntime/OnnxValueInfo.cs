namespace Orrery.Native;

/// <summary>An input or output as the model declares it.</summary>
/// <param name="Name">As the model has it; empty for the element of a sequence or a map.</param>
/// <param name="Kind">Tensor for nearly all; classifiers of scikit-learn have a sequence of maps (ZipMap).</param>
/// <param name="Type">Of a tensor's elements, or of a map's keys.</param>
/// <param name="Dimensions">Of a tensor; -1 where the size is free.</param>
/// <param name="DimensionNames">Names of the free sizes, empty where they have none; as many as there are dimensions.</param>
/// <param name="Element">What a sequence or a map holds.</param>
public sealed record OnnxValueInfo(
    string Name,
    OnnxValueKind Kind,
    OnnxElementType Type,
    IReadOnlyList<long> Dimensions,
    IReadOnlyList<string> DimensionNames,
    OnnxValueInfo? Element)
{
    /// <summary>Such as <c>tensor(Float)[-1,20]</c> or <c>sequence(map(Int64, tensor(Float)[]))</c>.</summary>
    public override string ToString() => Kind switch
    {
        OnnxValueKind.Tensor => $"tensor({Type})[{string.Join(',', Dimensions)}]",
        OnnxValueKind.Sequence => $"sequence({Element})",
        OnnxValueKind.Map => $"map({Type}, {Element})",
        _ => Kind.ToString(),
    };
}

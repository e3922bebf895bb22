namespace Orrery.Serving;

/// <summary>An input or output that a model declares.</summary>
/// <param name="Name">As requests name it.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">Sizes; -1 where the size is free.</param>
internal sealed record ModelTensor(string Name, DataType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Such as <c>FP32[-1,20]</c>.</summary>
    public override string ToString() => $"{Type}[{string.Join(',', Shape)}]";

    /// <summary>Whether a shape fits.</summary>
    public bool Fits(ReadOnlySpan<long> shape)
    {
        if (shape.Length != Shape.Count)
            return false;
        for (var index = 0; index < shape.Length; index++)
        {
            if (Shape[index] >= 0 && Shape[index] != shape[index])
                return false;
        }

        return true;
    }
}

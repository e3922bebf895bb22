namespace Orrery.Native;

/// <summary>What an input or output is (<c>ONNXType</c>).</summary>
public enum OnnxValueKind
{
    /// <summary>What this binding does not read.</summary>
    Unknown = 0,

    /// <summary>Elements of one type in a shape.</summary>
    Tensor = 1,

    /// <summary>Values of one type in a row.</summary>
    Sequence = 2,

    /// <summary>Keys and their values.</summary>
    Map = 3,

    /// <summary>A type of an operator's own.</summary>
    Opaque = 4,

    /// <summary>A tensor of which most is zero.</summary>
    SparseTensor = 5,

    /// <summary>A value or none.</summary>
    Optional = 6,
}

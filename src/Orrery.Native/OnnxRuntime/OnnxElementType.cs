namespace Orrery.Native;

/// <summary>Type of a tensor's elements, numbered as in ONNX (<c>TensorProto.DataType</c>) and ONNX Runtime.</summary>
public enum OnnxElementType
{
    /// <summary>None.</summary>
    Undefined = 0,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float = 1,

    /// <summary>8 bits without sign.</summary>
    UInt8 = 2,

    /// <summary>8 bits.</summary>
    Int8 = 3,

    /// <summary>16 bits without sign.</summary>
    UInt16 = 4,

    /// <summary>16 bits.</summary>
    Int16 = 5,

    /// <summary>32 bits.</summary>
    Int32 = 6,

    /// <summary>64 bits.</summary>
    Int64 = 7,

    /// <summary>Text in UTF-8.</summary>
    String = 8,

    /// <summary>A byte each, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE 754, 16 bits.</summary>
    Float16 = 10,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 11,

    /// <summary>32 bits without sign.</summary>
    UInt32 = 12,

    /// <summary>64 bits without sign.</summary>
    UInt64 = 13,

    /// <summary>The upper half of 32-bit IEEE 754.</summary>
    BFloat16 = 16,
}

namespace Orrery.Governance;

/// <summary>Sizes of ONNX's element types (TensorProto.DataType).</summary>
internal static class OnnxTypes
{
    /// <summary>Bits of an element; 0 for texts and what is not known.</summary>
    public static int Bits(long type) => type switch
    {
        1 or 6 or 12 => 32,
        2 or 3 or 9 or 17 or 18 or 19 or 20 or 24 => 8,
        4 or 5 or 10 or 16 => 16,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        _ => 0,
    };

    /// <summary>Domains whose operators ONNX Runtime has itself.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx" or "ai.onnx.ml" or "ai.onnx.training" or "ai.onnx.preview.training" or "com.microsoft" or "com.microsoft.nchwc";
}

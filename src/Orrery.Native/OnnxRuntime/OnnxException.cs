namespace Orrery.Native;

/// <summary>What ONNX Runtime refused, with its own words.</summary>
public sealed class OnnxException(OnnxErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public OnnxErrorCode Code { get; } = code;
}

using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Reads a status, releases it and throws what it says.</summary>
internal static class OnnxFailures
{
    /// <exception cref="OnnxException">The status is an error.</exception>
    public static void Check(nint status)
    {
        if (status != 0)
            throw From(status);
    }

    public static OnnxException From(nint status)
    {
        var code = (OnnxErrorCode)OrtApi.GetErrorCode(status);
        var message = Marshal.PtrToStringUTF8(OrtApi.GetErrorMessage(status)) ?? "ONNX Runtime does not say why.";
        OrtApi.ReleaseStatus(status);
        return new(code, message.ReplaceLineEndings(" "));
    }
}

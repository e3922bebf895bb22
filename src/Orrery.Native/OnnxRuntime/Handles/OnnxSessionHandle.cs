using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Owns an OrtSession and the names of its inputs and outputs. Runs hold it, so that it closes after the last of them.</summary>
internal sealed class OnnxSessionHandle : SafeHandle
{
    public OnnxSessionHandle(nint session)
        : base(0, ownsHandle: true) => SetHandle(session);

    public override bool IsInvalid => handle == 0;

    public nint Session => handle;

    public OnnxNames? Inputs { get; set; }

    public OnnxNames? Outputs { get; set; }

    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseSession(handle);
        Inputs?.Free();
        Outputs?.Free();
        return true;
    }
}

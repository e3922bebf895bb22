using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Owns one native object and keeps what it lives in alive: a connection its database, a result its connection.</summary>
internal abstract class DuckHandle : SafeHandle
{
    private readonly SafeHandle? _parent;

    protected DuckHandle(nint value, SafeHandle? parent = null)
        : base(0, ownsHandle: true)
    {
        SetHandle(value);
        if (parent is null)
            return;
        var added = false;
        parent.DangerousAddRef(ref added);
        _parent = parent;
    }

    public override bool IsInvalid => false;

    /// <summary>Whether its owner gave it up. It is closed only when what lives in it is gone, too.</summary>
    public bool IsDisposed { get; private set; }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    /// <summary>Destroys the native object; zero is nothing to destroy.</summary>
    protected abstract void Destroy(ref nint value);

    protected sealed override bool ReleaseHandle()
    {
        Destroy(ref handle);
        _parent?.DangerousRelease();
        return true;
    }
}

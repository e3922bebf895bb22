namespace Orrery.Kernel;

/// <summary>A host is at no address that may be called; the message is fit to be shown.</summary>
public sealed class RefusedAddressException : IOException
{
    /// <summary>With what was refused, and why.</summary>
    public RefusedAddressException(string message)
        : base(message)
    {
    }

    /// <summary>With what led to it.</summary>
    public RefusedAddressException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Without saying why.</summary>
    public RefusedAddressException()
    {
    }
}

namespace Orrery.Governance;

/// <summary>Content is larger, deeper or more than a scan follows.</summary>
internal sealed class ScanLimitException : Exception
{
    public ScanLimitException(string message)
        : base(message)
    {
    }

    public ScanLimitException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ScanLimitException()
    {
    }
}

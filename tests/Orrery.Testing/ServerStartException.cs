namespace Orrery.Testing;

/// <summary>The server did not start; the message holds what it wrote.</summary>
public sealed class ServerStartException : Exception
{
    /// <summary>With its exit code and what it wrote.</summary>
    public ServerStartException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>With what happened.</summary>
    public ServerStartException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>With what happened.</summary>
    public ServerStartException(string message)
        : base(message)
    {
    }

    /// <summary>Without saying why.</summary>
    public ServerStartException()
    {
    }

    /// <summary>What the process ended with: 69 for an address or a database that cannot be had, 78 for a wrong configuration.</summary>
    public int ExitCode { get; }
}

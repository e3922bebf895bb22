namespace Orrery.Client;

/// <summary>The server could not be reached, hung up, or did not answer in time.</summary>
public sealed class OrreryConnectionException : Exception
{
    /// <summary>A failed connection.</summary>
    /// <param name="server">Address of the server.</param>
    /// <param name="why">What happened.</param>
    /// <param name="inner">The cause.</param>
    public OrreryConnectionException(Uri server, string why, Exception? inner = null)
        : base($"Cannot reach {server}: {why}", inner)
    {
        Server = server;
    }

    /// <summary>Address of the server.</summary>
    public Uri Server { get; }
}

using System.Net;
using System.Net.Sockets;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>
/// Where repositories are called. A name is looked up once, and git is told the addresses that were looked at: a name that says something else a moment later leads
/// nowhere else.
/// </summary>
internal sealed class GitAddresses(TargetOptions options)
{
    /// <summary>Looks a name up.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The addresses to call a host by; empty for whatever it is, where private networks are allowed or it is an address itself. <c>delivery.private_network</c>, <c>delivery.repository_unreachable</c>.</summary>
    public async ValueTask<Result<IPAddress[]>> OfAsync(string host, CancellationToken cancel)
    {
        if (options.AllowPrivateNetworks)
            return Array.Empty<IPAddress>();
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return PublicAddresses.Contains(literal) ? Array.Empty<IPAddress>() : Private(host);
        // A dot at the end is another name to some, and the same to others.
        if (Uri.CheckHostName(host) is not UriHostNameType.Dns || host.EndsWith('.'))
            return Failure.Invalid("delivery.invalid_target", $"'{host}' is no name of a host.");
        try
        {
            var addresses = await Resolve(host, cancel);
            return addresses.Length > 0 && addresses.All(PublicAddresses.Contains) ? addresses : Private(host);
        }
        catch (SocketException unknown)
        {
            return Failure.Unavailable("delivery.repository_unreachable", $"The address of {host} was not found: {unknown.SocketErrorCode}.");
        }
    }

    private static Failure Private(string host) =>
        new(FailureKind.Denied, "delivery.private_network", $"{host} is not at a public address; repositories in private networks need Orrery:Delivery:Targets:AllowPrivateNetworks.");
}

using System.Net;
using System.Net.Sockets;

namespace Orrery.Serving;

/// <summary>
/// The connections to endpoints elsewhere, kept for the next request. Redirects are not followed; proxies, cookies and compression not used. A name that the
/// settings allow leads to no link-local address, where clouds keep their credentials, and one below a <c>*.suffix</c> not to this machine either.
/// </summary>
internal static class RemoteConnections
{
    private static readonly HttpRequestOptionsKey<RemoteHost> AllowedKey = new("orrery.remote.allowed");

    private static readonly IPNetwork[] Never = [.. new[] { "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32", "::/128", "fe80::/10", "ff00::/8", "fd00:ec2::/32" }.Select(static n => IPNetwork.Parse(n))];

    public static HttpMessageInvoker Create(RemoteOptions options) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(options.ConnectSeconds),
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // So that a name that leads elsewhere now is looked up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
        },
        disposeHandler: true);

    /// <summary>A request with the target's headers.</summary>
    public static HttpRequestMessage Request(HttpMethod method, Uri address, RemoteTarget target)
    {
        var request = new HttpRequestMessage(method, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Options.Set(AllowedKey, target.Allowed);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, application/octet-stream");
        foreach (var (name, value) in target.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var isLiteral = IPAddress.TryParse(host, out var literal);
        var addresses = isLiteral ? [literal!] : await Dns.GetHostAddressesAsync(host, cancel);
        var isSuffix = !context.InitialRequestMessage.Options.TryGetValue(AllowedKey, out var allowed) || allowed.IsSuffix;
        // An address that the settings name themselves is meant.
        var may = isLiteral && !isSuffix ? addresses : Array.FindAll(addresses, address => IsAllowed(address, isSuffix));
        if (may.Length == 0)
            throw new RefusedAddressException($"{host} is at an address that is never called: link-local, multicast, or this machine by a name below a *.suffix.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(may, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a name may lead to an address.</summary>
    internal static bool IsAllowed(IPAddress address, bool isSuffix)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !Never.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) && !(isSuffix && IPAddress.IsLoopback(address));
    }

    internal sealed class RefusedAddressException(string message) : IOException(message);
}

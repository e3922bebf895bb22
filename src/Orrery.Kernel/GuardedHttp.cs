using System.Net;
using System.Net.Sockets;

namespace Orrery.Kernel;

/// <summary>
/// HTTP to where a setting or a user says. The connection goes to an address that was looked at, and to no other; redirects are not followed, proxies and
/// cookies not used.
/// </summary>
public static class GuardedHttp
{
    /// <summary>A client. It has no timeout of its own but that of connecting: give each call one.</summary>
    /// <param name="connectTimeout">Longest time to connect.</param>
    /// <param name="allowPrivate">Loopback, private and link-local addresses may be called too.</param>
    /// <param name="advice">What a refusal says after the host: <c>webhooks into private networks need ...</c>.</param>
    public static HttpClient Create(TimeSpan connectTimeout, bool allowPrivate, string advice) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, allowPrivate, advice, cancel),
        ConnectTimeout = connectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowPrivate, string advice, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, cancel);
        var allowed = allowPrivate ? addresses : Array.FindAll(addresses, PublicAddresses.Contains);
        if (allowed.Length == 0)
            throw new RefusedAddressException($"{to.Host} is not at a public address; {advice}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

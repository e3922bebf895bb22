using System.Net;

namespace Orrery.Server;

/// <summary>When responses are compressed.</summary>
internal enum CompressionUse
{
    /// <summary>For clients on other machines; between processes of one machine it only burns processor time.</summary>
    Auto,

    /// <summary>For every client that accepts it.</summary>
    Always,

    /// <summary>For none: a proxy in front does it.</summary>
    Never,
}

/// <summary>Limits of requests, and compression of answers. Section <c>Orrery:Http</c>.</summary>
internal sealed class HttpOptions
{
    private const long KiB = 1024;
    private const long TiB = KiB * KiB * KiB * KiB;

    /// <summary>Largest request body in bytes, 1 KiB to 1 TiB, where the endpoint does not say otherwise (artifact uploads do). Default 64 MiB.</summary>
    public long MaxRequestBody { get; set; } = 64 * KiB * KiB;

    /// <summary>Longest request line in bytes, 8 KiB to 1 MiB; MLflow asks for histories of 100 runs in one. All headers together may be as long again. Default 64 KiB.</summary>
    public long MaxRequestLine { get; set; } = 64 * KiB;

    /// <summary>How long an idle connection is kept, 1 s to 1 h. Default 130 s: longer than the usual 60 s or 120 s of a proxy, so that the proxy closes first.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a client may take to send the headers, 1 s to 5 min. Default 30 s.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether JSON and text is compressed (brotli, gzip) above 1 KiB. Default <see cref="CompressionUse.Auto"/>.</summary>
    public CompressionUse Compression { get; set; } = CompressionUse.Auto;

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: addresses and networks, <c>10.0.0.7</c>, <c>10.1.0.0/16</c>.
    /// Default none: the caller is who is connected.
    /// </summary>
    public string[] TrustedProxies { get; set; } = [];

    public IEnumerable<string> Problems()
    {
        foreach (var proxy in TrustedProxies.Where(static proxy => Network(proxy) is null))
            yield return $"Orrery:Http:TrustedProxies has '{proxy}', which is neither an address nor a network such as 10.1.0.0/16.";
        if (MaxRequestBody is < KiB or > TiB)
            yield return $"Orrery:Http:MaxRequestBody is {MaxRequestBody} bytes; it must be 1 KiB to 1 TiB.";
        if (MaxRequestLine is < 8 * KiB or > KiB * KiB)
            yield return $"Orrery:Http:MaxRequestLine is {MaxRequestLine} bytes; it must be 8 KiB to 1 MiB.";
        if (KeepAlive < TimeSpan.FromSeconds(1) || KeepAlive > TimeSpan.FromHours(1))
            yield return $"Orrery:Http:KeepAlive is {KeepAlive}; it must be 1 s to 1 h.";
        if (HeadersTimeout < TimeSpan.FromSeconds(1) || HeadersTimeout > TimeSpan.FromMinutes(5))
            yield return $"Orrery:Http:HeadersTimeout is {HeadersTimeout}; it must be 1 s to 5 min.";
    }

    /// <summary>The network that a text names; an address is a network of one.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

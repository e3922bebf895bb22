using Orrery.Kernel;

namespace Orrery.Server;

/// <summary>
/// Keeps other people's web pages from using this server through a visitor's browser. The <c>Host</c> header must be a name the
/// server is known by (DNS rebinding), and a change asked for by a page must come from a page of this server (cross-site request forgery).
/// </summary>
internal sealed class Gate
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
    private readonly HashSet<string> _origins;
    private readonly string[] _suffixes;
    private readonly bool _anyHost;

    public Gate(ServerOptions options)
    {
        _hosts.UnionWith(Bindings.Parse([.. options.Urls, .. options.GrpcUrls]).Where(binding => !binding.Address.IsUnixPipe).Select(binding => binding.Address.Host));
        _hosts.UnionWith(options.AllowedHosts);
        _suffixes = [.. options.AllowedHosts.Where(host => host.StartsWith("*.", StringComparison.Ordinal)).Select(host => host[1..])];
        _anyHost = options.AllowedHosts.Contains("*");
        _origins = new HashSet<string>(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Why the request is refused; null when it may pass.</summary>
    public Failure? Refuses(HttpRequest request)
    {
        // Browsers always send a Host; health checks of HTTP/1.0 do not.
        var host = request.Host;
        if (host.HasValue && !IsKnown(host.Host))
            return Denied($"This server is not known as '{host.Host}'. If it should be, add the name to the option Orrery:AllowedHosts (--allowed-hosts).");

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return null;
        var origin = request.Headers.Origin;
        if (origin.Count == 0 || IsOwn(origin.ToString(), host) || _origins.Contains(origin.ToString()))
            return null;
        return Denied($"A page of another site ('{origin}') asked for a change. If it may, add it to the option Orrery:AllowedOrigins.");
    }

    private static Failure Denied(string why) => new(FailureKind.Denied, "server.foreign_request", why);

    private bool IsKnown(string host) =>
        _anyHost || _hosts.Contains(host) || Array.Exists(_suffixes, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    // The scheme may differ: a proxy in front may end TLS.
    private static bool IsOwn(string origin, HostString host)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return false;
        var port = host.Port ?? (uri.Scheme == "https" ? 443 : 80);
        return port == uri.Port && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase);
    }
}

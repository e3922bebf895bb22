using System.Globalization;
using System.Net;

namespace Orrery.Server;

/// <summary>One address to listen on.</summary>
/// <param name="Url">As it was written.</param>
/// <param name="Address">Its parts.</param>
/// <param name="Ip">The IP address; null for <c>localhost</c>, Unix sockets and names (which mean every address of the machine).</param>
internal sealed record Binding(string Url, BindingAddress Address, IPAddress? Ip)
{
    public bool IsHttps => Address.Scheme == "https";

    public bool IsLocalhost => string.Equals(Address.Host, "localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Only processes of this machine can reach it.</summary>
    public bool IsLoopback => Address.IsUnixPipe || IsLocalhost || (Ip is not null && IPAddress.IsLoopback(Ip));
}

/// <summary>Addresses to listen on, and what is wrong with them.</summary>
internal static class Bindings
{
    public static IEnumerable<Binding> Parse(IEnumerable<string> urls) => urls.Select(Parse).OfType<Binding>();

    public static IEnumerable<string> Problems(IReadOnlyList<string> urls, TlsOptions tls, string key = nameof(ServerOptions.Urls))
    {
        foreach (var url in urls)
        {
            if (Parse(url) is not { } binding)
            {
                yield return $"Orrery:{key} has '{url}', which is not an address such as http://127.0.0.1:5000 or https://localhost:5001.";
                continue;
            }

            if (binding.IsHttps && !tls.IsSet)
                yield return $"Orrery:{key} has {url}, but no certificate: give Orrery:Tls:CertificatePath and Orrery:Tls:KeyPath.";
            if (binding.IsLocalhost && binding.Address.Port == 0)
                yield return $"Orrery:{key} has {url}; a free port (0) can be had for an IP address only: use {binding.Address.Scheme}://127.0.0.1:0.";
        }
    }

    /// <summary>Addresses that other machines can reach. While identity is off everybody who can reach the server is its administrator.</summary>
    public static IEnumerable<string> OpenProblems(IReadOnlyList<string> urls) => Parse(urls).Where(static binding => !binding.IsLoopback).Select(static binding =>
        $"Orrery:Urls or GrpcUrls has {binding.Url}, which other machines can reach, but identity is off: anybody could read and change everything. "
        + "Make the first administrator, with the same --data-dir or --database: Orrery.Server --init-admin NAME --init-admin-password-file FILE, "
        + $"or start on this machine only (--urls {binding.Address.Scheme}://127.0.0.1:{binding.Address.Port.ToString(CultureInfo.InvariantCulture)}), "
        + "run 'mlops admin init --name NAME' and start again.");

    private static Binding? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            var usable = address.Scheme is "http" or "https" && address.PathBase.Length == 0 && address.Port is >= 0 and <= 65535;
            return usable ? new Binding(url, address, IPAddress.TryParse(address.Host, out var ip) ? ip : null) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}

using System.Text.RegularExpressions;

namespace Orrery.Serving;

/// <summary>Which headers deployments may have sent.</summary>
internal static partial class RemoteHeaders
{
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive", V2Protocol.LengthHeader,
        "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Whether it is a header's name, and of none that the connection sets itself.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name) && !Own.Contains(name);

    public static bool IsValue(string value) => ValuePattern().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[\x21-\x7e]([\x20-\x7e]{0,8190}[\x21-\x7e])?\z")]
    private static partial Regex ValuePattern();
}

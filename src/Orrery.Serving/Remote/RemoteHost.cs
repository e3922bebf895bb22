using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Serving;

/// <summary>A host that may be called, as the settings name it.</summary>
/// <param name="Name">Lower case, IPv6 in brackets; of <c>*.suffix</c> what follows the star.</param>
/// <param name="IsSuffix">Whether all hosts below it are meant.</param>
/// <param name="Port">The only port; null for any.</param>
internal sealed partial record RemoteHost(string Name, bool IsSuffix, int? Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>*.suffix</c>, <c>*.suffix:port</c>, <c>[::1]:port</c>; null for anything else.</summary>
    public static RemoteHost? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
            return null;
        int? port = match.Groups["port"] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;
        if (port is 0 or > 65535)
            return null;
        var isSuffix = match.Groups["star"].Success;
        return new((isSuffix ? "." : "") + match.Groups["name"].Value.ToLowerInvariant(), isSuffix, port);
    }

    /// <summary>The host of a list that allows an address; null for none. Exact names count before suffixes.</summary>
    public static RemoteHost? Allowing(IEnumerable<string> hosts, Uri address) =>
        hosts.Select(Parse).OfType<RemoteHost>().OrderBy(static host => host.IsSuffix).FirstOrDefault(host => host.Allows(address));

    public bool Allows(Uri address)
    {
        var host = address.Host.TrimEnd('.');
        var isNamed = IsSuffix ? host.Length > Name.Length && host.EndsWith(Name, StringComparison.OrdinalIgnoreCase) : host.Equals(Name, StringComparison.OrdinalIgnoreCase);
        return isNamed && (Port is null || Port == address.Port);
    }

    [GeneratedRegex(@"^((?<star>\*\.)?(?<name>[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?)|(?<name>\[[0-9A-Fa-f:.]{2,45}\]))(:(?<port>[0-9]{1,5}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

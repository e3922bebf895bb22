using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>What a deployment may say of an endpoint elsewhere.</summary>
internal static class RemoteRules
{
    public const string V1 = "v1";
    public const string V2 = "v2";

    private const int LongestUrl = 2000;
    private const int LongestName = 200;
    private const int MostHeaders = 16;

    /// <summary>All that is wrong, by field.</summary>
    public static IEnumerable<(string Field, string Message)> Faults(RemoteSpec remote)
    {
        if (Address(remote.Url) is null)
            yield return ("url", $"The url '{Clip(remote.Url)}' must be http or https with a host, such as http://triton.ml.svc:8000, without user, query and fragment.");
        if (remote.Protocol is not (V1 or V2))
            yield return ("protocol", $"The protocol is '{Clip(remote.Protocol)}'; it must be v1 or v2.");
        if (remote.Model is { } model && !IsName(model))
            yield return ("model", $"The model '{Clip(model)}' must be 1 to {LongestName} characters without control characters.");
        if (remote.Version is { } version && (remote.Protocol != V2 || !IsName(version)))
            yield return ("version", "A version is named in the v2 protocol alone, with 1 to 200 characters.");
        if (remote.TimeoutMs is < 1 or > 3_600_000)
            yield return ("timeout_ms", string.Create(CultureInfo.InvariantCulture, $"The timeout is {remote.TimeoutMs} ms; it must be 1 to 3,600,000."));
        if (remote.Retries is < 0 or > 10)
            yield return ("retries", string.Create(CultureInfo.InvariantCulture, $"The retries are {remote.Retries}; they must be 0 to 10."));
        if (remote.Headers is not { } headers)
            yield break;
        if (headers.Count > MostHeaders)
            yield return ("headers", $"There are {headers.Count} headers; there may be {MostHeaders}.");
        foreach (var (name, secret) in headers)
        {
            if (!RemoteHeaders.IsName(name))
                yield return ("headers", $"'{Clip(name)}' is no header that can be set.");
            if (secret is not { Length: >= 1 and <= LongestName })
                yield return ($"headers.{Clip(name)}", "A header has the name of a secret of the server's settings (Orrery:Serving:Remote:Secrets), never its value.");
        }
    }

    /// <summary>The address; null when it is none that may be called.</summary>
    public static Uri? Address(string url) => url.Length <= LongestUrl && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0
        && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
        ? address
        : null;

    // A name of dots alone would climb in the path.
    private static bool IsName(string name) => name.Length is >= 1 and <= LongestName && !name.Any(char.IsControl) && name.Any(static one => one != '.');

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "...";
}

using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Where OpenLineage events of our own runs go. Section <c>Orrery:Lineage:OpenLineage</c>. Nothing is sent when neither path nor address is set.</summary>
public sealed class OpenLineageOptions
{
    /// <summary>Path of a file that gets one event a line; absent for none.</summary>
    public string? Path { get; set; }

    /// <summary>Length from which on the file is put aside and a new one begun, 4 kB to 10 GB. Default 100 MB.</summary>
    public long MaxFileBytes { get; set; } = 100_000_000;

    /// <summary>An address that takes events by POST, such as <c>https://marquez/api/v1/lineage</c>; absent for none.</summary>
    public string? Url { get; set; }

    /// <summary>Bearer token of the address; absent for none. A secret: give <c>TokenFile</c>.</summary>
    public string? Token { get; set; }

    /// <summary>The address may be a loopback, private or link-local one. Default false.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Longest time one call may take, 1 s to 1 min. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Begins the namespaces of our jobs and data sets, 1 to 200 characters. Default <c>orrery</c>.</summary>
    public string Namespace { get; set; } = "orrery";

    internal bool IsOn => !string.IsNullOrEmpty(Path) || !string.IsNullOrEmpty(Url);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Namespace.Length is 0 or > 200 || Namespace.Any(char.IsControl))
            yield return "Orrery:Lineage:OpenLineage:Namespace must have 1 to 200 characters, none of them a control character.";
        if (MaxFileBytes is < 4_096 or > 10_000_000_000)
            yield return $"Orrery:Lineage:OpenLineage:MaxFileBytes is {MaxFileBytes}; it must be 4096 to 10000000000.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Lineage:OpenLineage:Timeout is {Timeout}; it must be 1 s to 1 min.";
        if (!string.IsNullOrEmpty(Token) && string.IsNullOrEmpty(Url))
            yield return "Orrery:Lineage:OpenLineage:Token is set, but no Url that it would be for.";
        if (string.IsNullOrEmpty(Url))
            yield break;
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
            yield return $"Orrery:Lineage:OpenLineage:Url is '{Url}'; it must be an absolute http or https address without a user name.";
        else if (!AllowPrivateNetworks && !PublicAddresses.MayBe(uri.DnsSafeHost))
            yield return $"Orrery:Lineage:OpenLineage:Url is at {uri.DnsSafeHost}, which is not a public address; that needs Orrery:Lineage:OpenLineage:AllowPrivateNetworks.";
    }
}

namespace Orrery.Delivery;

/// <summary>Settings of targets, section <c>Orrery:Delivery:Targets</c>.</summary>
public sealed class TargetOptions
{
    /// <summary>Seconds between looks at repositories and clusters, 1 to 3600. Default 30.</summary>
    public int SyncSeconds { get; set; } = 30;

    /// <summary>Longest a call of <c>git</c> may take, seconds, 1 to 600. Default 60.</summary>
    public int GitTimeoutSeconds { get; set; } = 60;

    /// <summary>Longest a call of an API may take, seconds, 1 to 600. Default 30.</summary>
    public int ApiTimeoutSeconds { get; set; } = 30;

    /// <summary>Folders of this machine that repositories may lie in (<c>file:///</c>). Default none.</summary>
    public string[] RepositoryFolders { get; set; } = [];

    /// <summary>Folders of this machine that keys, tokens and kubeconfigs may be named in. Default none: they are set as secrets.</summary>
    public string[] CredentialFolders { get; set; } = [];

    /// <summary>Whether repositories, clusters and endpoints in private networks are called. Default false.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>What is wrong with them; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (SyncSeconds is < 1 or > 3600)
            yield return $"Orrery:Delivery:Targets:SyncSeconds is {SyncSeconds}; it must be 1 to 3600.";
        if (GitTimeoutSeconds is < 1 or > 600)
            yield return $"Orrery:Delivery:Targets:GitTimeoutSeconds is {GitTimeoutSeconds}; it must be 1 to 600.";
        if (ApiTimeoutSeconds is < 1 or > 600)
            yield return $"Orrery:Delivery:Targets:ApiTimeoutSeconds is {ApiTimeoutSeconds}; it must be 1 to 600.";
        foreach (var folder in RepositoryFolders.Concat(CredentialFolders).Where(static one => !Path.IsPathRooted(one)))
            yield return $"Orrery:Delivery:Targets names the folder '{folder}'; it must be an absolute path.";
    }

    /// <summary>Whether a file lies in one of the folders, whatever its path says.</summary>
    internal static bool IsIn(string[] folders, string path)
    {
        if (!Path.IsPathRooted(path))
            return false;
        var full = Path.GetFullPath(path);
        return folders.Any(folder => full.StartsWith(Path.GetFullPath(folder).TrimEnd('/') + "/", StringComparison.Ordinal));
    }
}

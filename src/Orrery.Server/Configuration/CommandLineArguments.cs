namespace Orrery.Server;

/// <summary>What the command line said.</summary>
internal sealed class CommandLineArguments
{
    /// <summary>Configuration keys and their values.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>JSON file with further settings; null when none was named.</summary>
    public string? ConfigFile { get; set; }

    /// <summary>Print the flags and end.</summary>
    public bool Help { get; set; }

    /// <summary>Print the version and end.</summary>
    public bool Version { get; set; }

    /// <summary>Make the first administrator of this name and end; null to serve.</summary>
    public string? InitAdmin { get; set; }

    /// <summary>File with the first administrator's password.</summary>
    public string? InitAdminPasswordFile { get; set; }

    /// <summary>Let an administrator of this name in again and end; null to serve.</summary>
    public string? ResetAdmin { get; set; }

    /// <summary>File with that administrator's new password.</summary>
    public string? ResetAdminPasswordFile { get; set; }

    /// <summary>Check the audit trail in the database and end.</summary>
    public bool VerifyAudit { get; set; }

    /// <summary>File of the public keys to trust in it.</summary>
    public string? AuditKeys { get; set; }

    /// <summary>File of signed checkpoints to hold it against.</summary>
    public string? AuditCheckpoints { get; set; }
}

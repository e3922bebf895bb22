using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>By which rules this server scans.</summary>
internal sealed class ScanSettings
{
    private readonly Severity? _refuseFrom;
    private readonly GovernanceOptions _options;

    public ScanSettings(GovernanceOptions options, ServingOptions serving)
    {
        _options = options;
        Advisories = options.Advisories is { } path ? Advisories.Read(path) : Advisories.None;
        AllowCode = serving.Python.AllowCode;
        Modules = serving.Python.AllowedModules;
        _refuseFrom = options.RefuseWeaknesses == "never" ? null : Enum.Parse<Severity>(options.RefuseWeaknesses, ignoreCase: true);
        var parts = string.Join('\n', [AllowList.Default.Hash, Advisories.Hash, AllowCode ? "code" : "no code", .. Modules]);
        Rules = string.Create(CultureInfo.InvariantCulture, $"{ScanRules.Version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)))[..12]}");
    }

    public Advisories Advisories { get; }

    /// <summary>Whether models may bring code of their own.</summary>
    public bool AllowCode { get; }

    /// <summary>The company's own modules.</summary>
    public IReadOnlyList<string> Modules { get; }

    /// <summary>Names the rules.</summary>
    public string Rules { get; }

    public bool IsEnforced => _options.EnforceScans;

    /// <summary>Whether a finding refuses the version.</summary>
    public bool Refuses(Finding finding, DateTimeOffset now) => finding.Rule == ScanRules.Vulnerable
        ? finding.Severity >= _refuseFrom && !IsIgnored(finding, now)
        : finding.Severity >= Severity.High;

    private bool IsIgnored(Finding finding, DateTimeOffset now) => Array.Exists(
        _options.IgnoredAdvisories, one => (one.Until is null || one.Until > now) && finding.References?.Contains(one.Id, StringComparer.OrdinalIgnoreCase) is true);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>Something that a scan found.</summary>
/// <param name="Rule">Of <see cref="ScanRules"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Path">Where: the file in the package, with what it lies in by <c>!</c>.</param>
/// <param name="Message">What, as a clause.</param>
internal sealed record Finding(string Rule, Severity Severity, string Path, string Message)
{
    /// <summary>Id of an advisory, and its aliases.</summary>
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>Names the finding within its package: 16 hex digits.</summary>
    [JsonIgnore]
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Rule}\n{Path}\n{Message}")))[..16];
}

using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A scan as it counts now, with what was accepted.</summary>
internal static class ScanRead
{
    public const string Clean = "clean";
    public const string Warnings = "warnings";
    public const string Refused = "refused";

    public static ScanReport Report(ScanRow row, IEnumerable<AcceptedFinding> accepted, ScanSettings settings, DateTimeOffset now)
    {
        var valid = accepted.Where(one => one.Until is null || one.Until > now.ToUnixTimeMilliseconds()).ToDictionary(static one => one.Fingerprint);
        var findings = row.Document.Findings.Select(one => Wire(one, valid.GetValueOrDefault(one.Fingerprint), settings.Refuses(one, now))).ToList();
        return new ScanReport
        {
            Id = row.Id,
            Model = row.Model,
            Version = row.Version.ToString(CultureInfo.InvariantCulture),
            Sha256 = row.Sha256,
            Rules = row.Rules,
            Verdict = Verdict(findings),
            Findings = findings,
            Dependencies =
            [
                .. row.Document.Dependencies.Select(static one => new ScanDependency
                {
                    Name = one.Name, Version = one.Version, Specifier = one.Specifier, Source = one.Source, Ecosystem = one.IsPyPi ? "pypi" : "conda",
                }),
            ],
            Files = row.Document.Files,
            Bytes = row.Document.Bytes,
            CreatedBy = row.CreatedBy,
            CreatedAt = row.CreatedAt,
        };
    }

    /// <summary>The findings that refuse, in a sentence.</summary>
    public static string Why(ScanReport report)
    {
        var refusing = report.Findings.Where(static one => one.Refuses && one.AcceptedBy is null).ToList();
        var first = string.Join("; ", refusing.Take(3).Select(static one => $"{one.Path}: {one.Message} ({one.Rule})"));
        return refusing.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $"{first}; and {refusing.Count - 3} more") : first;
    }

    private static string Verdict(List<ScanFinding> findings)
    {
        var open = findings.Where(static one => one.AcceptedBy is null).ToList();
        return open.Exists(static one => one.Refuses) ? Refused : open.Exists(static one => one.Severity != "info") ? Warnings : Clean;
    }

    private static ScanFinding Wire(Finding finding, AcceptedFinding? accepted, bool refuses) => new()
    {
        Fingerprint = finding.Fingerprint,
        Rule = finding.Rule,
        Severity = finding.Severity.ToString().ToLowerInvariant(),
        Refuses = refuses,
        Path = finding.Path,
        Message = finding.Message,
        Reference = finding.References?[0],
        AcceptedBy = accepted?.By,
        AcceptedReason = accepted?.Reason,
        AcceptedUntil = accepted?.Until,
    };
}

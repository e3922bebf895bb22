using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Collects the evidence of rows of the control map from the base of a report.</summary>
internal static class RowCollectors
{
    public const string Present = "evidence present";
    public const string Partial = "partial";
    public const string Missing = "missing";
    public const string NotAutomatable = "not automatable";

    /// <summary>All statuses, in the order of reports.</summary>
    public static readonly IReadOnlyList<string> Statuses = [Present, Partial, Missing, NotAutomatable];

    /// <summary>A row with what was found. It says that evidence is present, and never that a law is kept.</summary>
    public static ComplianceRow Collect(ControlMapRow row, EvidenceRecords known)
    {
        var findings = row.Requirements.Select(requirement => Find(requirement, known)).ToList();
        return new()
        {
            Id = row.Id,
            Controls = row.Controls,
            Topic = row.Topic,
            Status = StatusOf(findings),
            Findings = findings,
            People = row.People,
            Exceptions = [.. known.Exceptions.Where(one => one.State is "approved" or "expired" or "revoked" && one.DecidedBy is not null && IsOf(one, row)).Select(static one => one.Id)],
        };
    }

    private static ComplianceFinding Find(ControlRequirement requirement, EvidenceRecords known)
    {
        var found = requirement.Fact is { } fact ? Facts.Of(known, fact) : Facts.Acts(known, requirement.Acts);
        return new()
        {
            Id = requirement.Id,
            Text = requirement.Text,
            IsPresent = found.Count > 0,
            Count = found.Count,
            Items = found.Items,
            Needed = found.Count > 0 ? null : requirement.Needed,
        };
    }

    private static string StatusOf(List<ComplianceFinding> findings) => (findings.Count, findings.Count(static one => one.IsPresent)) switch
    {
        (0, _) => NotAutomatable,
        (var all, var present) when all == present => Present,
        (_, 0) => Missing,
        _ => Partial,
    };

    // By the row's number, or by a control of its.
    private static bool IsOf(PolicyExceptionEntry one, ControlMapRow row) =>
        one.Control == row.Id.ToString(CultureInfo.InvariantCulture) || row.Controls.Any(control => Plain(control) == Plain(one.Control));

    private static string Plain(string control) => string.Concat(control.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}

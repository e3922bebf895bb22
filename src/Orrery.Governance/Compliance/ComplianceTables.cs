using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of the registers when a workspace moves.</summary>
internal static class ComplianceTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_incident", "The register tells what happened in this installation, beside its audit trail."),
        PortableTable.Remains("gov_incident_event", "The register tells what happened in this installation, beside its audit trail."),
        PortableTable.Remains("gov_exception", "Exceptions were approved by people of this installation; another asks its own."),
        PortableTable.Remains("gov_subject_request", "Codes of subjects are made with this installation's own key."),
        PortableTable.Remains("gov_compliance_report", "Reports are signed for what this installation has recorded."),
    ];
}

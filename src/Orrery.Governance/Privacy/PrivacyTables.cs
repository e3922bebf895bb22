using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of privacy when a workspace moves.</summary>
internal static class PrivacyTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_pii_scan", "Scans name data and jobs of this installation; they are made anew where the data goes."),
    ];
}

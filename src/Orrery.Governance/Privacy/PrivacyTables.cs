using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of privacy when a workspace moves.</summary>
internal static class PrivacyTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_opt_out", "Codes of subjects are made with this installation's own key; opt-outs are brought to another as a list of keys."),
        PortableTable.Remains("gov_opt_out_version", "It counts changes for the servers of this installation."),
        PortableTable.Remains("gov_erasure", "Receipts are signed for what this installation has erased."),
        PortableTable.Remains("gov_pii_scan", "Scans name data and jobs of this installation; they are made anew where the data goes."),
    ];
}

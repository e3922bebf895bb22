using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of safety when a workspace moves.</summary>
internal static class SafetyTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_scan", "Each installation looks at files by its own rules and advisories."),
        PortableTable.Remains("gov_scan_accepted", "What is accepted in one installation is not in another."),
    ];
}

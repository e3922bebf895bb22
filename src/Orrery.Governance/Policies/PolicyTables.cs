using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of policies when a workspace moves.</summary>
internal static class PolicyTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "gov_policy",
            ["name", "revision"],
            [
                "name text(63)", "revision whole(1..9007199254740992)", "enabled flag", "pack text(63)?", "sha256 text(64)", "body text(1000000)", "note text(2000)?", "changed_by text(8192)",
                "changed_at whole(-62135596800000..253402300799999)",
            ]),
    ];
}

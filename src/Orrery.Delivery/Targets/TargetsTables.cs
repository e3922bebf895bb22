using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What becomes of the tables of targets when a workspace moves.</summary>
internal static class TargetsTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("dlv_target", "Targets hold credentials of this installation's repositories and clusters; they are set where the workspace goes."),
        PortableTable.Remains("dlv_release", "Releases are of this installation's targets."),
        PortableTable.Remains("dlv_target_sync", "It says what this installation has seen."),
        PortableTable.Remains("dlv_violation", "It says what this installation has found; the audit trail has it too."),
    ];
}

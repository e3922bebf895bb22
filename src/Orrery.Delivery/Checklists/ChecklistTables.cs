using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What becomes of the tables of migrations when a workspace moves.</summary>
internal static class ChecklistTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("dlv_migration", "Migrations name endpoints, secrets, deployments and deliveries of this installation."),
        PortableTable.Remains("dlv_migration_step", "Steps belong to migrations, which remain."),
        PortableTable.Remains("dlv_migration_comparison", "Comparisons belong to migrations, which remain."),
    ];
}

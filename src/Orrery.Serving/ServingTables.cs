using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>What becomes of serving's tables when a workspace moves.</summary>
internal static class ServingTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("srv_deployment", "What answers where is decided in each installation."),
        PortableTable.Remains("srv_revision", "The history of what answered in this installation."),
        PortableTable.Remains("srv_node", "How servers of this installation stand."),
        PortableTable.Remains("srv_label", "Labels are of predictions that were made in this installation."),
        PortableTable.Remains("srv_label_change", "Labels are of predictions that were made in this installation."),
        PortableTable.Remains("srv_batch", "Batch predictions are work of this installation, and their output is kept for a while only."),
        PortableTable.Remains("srv_batch_partition", "Parts of the work of this installation."),
        PortableTable.Remains("srv_batch_worker", "Who of this installation works on what."),
    ];
}

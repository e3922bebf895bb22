using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What becomes of the tables of deliveries when a workspace moves.</summary>
internal static class DeliveryTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("dlv_delivery", "Deliveries tell of this installation's deployments and jobs; where the workspace goes its versions are delivered anew."),
        PortableTable.Remains("dlv_stage", "Stages belong to deliveries, which remain."),
        PortableTable.Remains("dlv_log", "Logs belong to deliveries, which remain."),
        PortableTable.Remains("dlv_setting", "Webhooks' addresses are encrypted with this installation's own key; who is told is set anew."),
        PortableTable.Remains("dlv_signal", "Signals are of this installation's servers, and kept for two hours."),
        PortableTable.Remains("dlv_traffic", "It counts what this installation's servers were asked, and is kept for eight days."),
        PortableTable.Remains("dlv_bad", "It names versions by what happened to this installation's deployments."),
    ];
}

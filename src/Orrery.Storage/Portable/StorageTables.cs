namespace Orrery.Storage;

/// <summary>What becomes of Storage's tables when a workspace moves.</summary>
internal static class StorageTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("sys_secret_key", "Keys never leave their server."),
        PortableTable.Remains("sys_job", "Jobs are work of the server that was asked for it."),
        PortableTable.Remains("sys_outbox", "Events are told by the server on which they happened."),
        PortableTable.Remains("sys_delivery", "Events are told by the server on which they happened."),
    ];
}

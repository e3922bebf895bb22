namespace Orrery.Delivery;

/// <summary>What delivery's endpoints ask of their callers.</summary>
internal static class Permissions
{
    /// <summary>To see deliveries, targets and figures.</summary>
    public const string Read = "delivery.read";

    /// <summary>To deliver, promote, stop and roll back.</summary>
    public const string Deploy = "delivery.deploy";

    /// <summary>To set targets, repositories, and who is told.</summary>
    public const string Manage = "delivery.manage";
}

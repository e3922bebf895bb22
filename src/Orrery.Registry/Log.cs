using Microsoft.Extensions.Logging;

namespace Orrery.Registry;

/// <summary>Log messages of Registry, ids 6000 to 6999.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Warning, "Webhooks are not called while the database is away")]
    public static partial void WebhooksAway(ILogger logger, Exception exception);

    [LoggerMessage(6002, LogLevel.Warning, "Delivery {Delivery} to webhook {Webhook} was given up after {Attempts} attempts: status {Status}, {Error}")]
    public static partial void DeliveryFailed(ILogger logger, string delivery, string webhook, long attempts, int? status, string? error);

    [LoggerMessage(6003, LogLevel.Error, "Delivery {Delivery} to webhook {Webhook} broke; it is tried again")]
    public static partial void DeliveryBroke(ILogger logger, string delivery, string webhook, Exception exception);

    [LoggerMessage(6010, LogLevel.Information, "The package of version {Version} of model {Model} was read: {State}, {Files} files, {Bytes} bytes")]
    public static partial void PackageRead(ILogger logger, string model, long version, string state, int files, long bytes);
}

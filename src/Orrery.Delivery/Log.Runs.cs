using Microsoft.Extensions.Logging;

namespace Orrery.Delivery;

internal static partial class Log
{
    [LoggerMessage(15000, LogLevel.Information, "Delivery {Id}: stage {Stage} has {State}")]
    public static partial void StageEnded(ILogger logger, string id, string stage, string state);

    [LoggerMessage(15001, LogLevel.Warning, "Delivery {Id} is paused at stage {Stage}, as Orrery:Delivery:PauseAt says")]
    public static partial void Paused(ILogger logger, string id, string stage);

    [LoggerMessage(15002, LogLevel.Warning, "A notice of delivery {Id} by {Road} was not sent: {Problem}")]
    public static partial void NoticeFailed(ILogger logger, string id, string road, string problem);

    [LoggerMessage(15003, LogLevel.Error, "Signals of deployments could not be written; they are looked at again")]
    public static partial void SignalsFailed(ILogger logger, Exception failed);

    [LoggerMessage(15004, LogLevel.Error, "Deliveries could not be watched; they are looked at again")]
    public static partial void WatchFailed(ILogger logger, Exception failed);

    [LoggerMessage(15005, LogLevel.Warning, "Delivery {Id} of {Model} {Version} to {Environment} is taken back by itself: {Reason}")]
    public static partial void TakenBack(ILogger logger, string id, string model, string version, string environment, string reason);
}

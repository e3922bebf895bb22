using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>Serving's log messages, ids 5000 to 5999.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Error, "Deployments were not looked at; it is tried again")]
    public static partial void WatchFailed(ILogger logger, Exception failure);

    [LoggerMessage(5002, LogLevel.Error, "A prediction of {Deployment} in {Environment} failed in the model: {Reason}")]
    public static partial void ModelFailed(ILogger logger, string deployment, string environment, string reason);

    [LoggerMessage(5003, LogLevel.Warning, "Variant {Variant} of {Deployment} in {Environment} gets no traffic any more: {Reason}")]
    public static partial void ApprovalEnded(ILogger logger, string variant, string deployment, string environment, string reason);

    [LoggerMessage(5101, LogLevel.Warning, "A worker of {Model} is gone: {Reason}")]
    public static partial void WorkerGone(ILogger logger, string model, string reason);

    [LoggerMessage(5102, LogLevel.Error, "A worker of {Model} does not start: {Reason}")]
    public static partial void WorkerNotStarted(ILogger logger, string model, string reason);

    [LoggerMessage(5103, LogLevel.Information, "{Model} runs in Python {Python} with {Sandbox}")]
    public static partial void WorkersReady(ILogger logger, string model, string python, string sandbox);
}

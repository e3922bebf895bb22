using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <content>Messages of prediction logs and shadows, ids 5020 to 5039.</content>
internal static partial class Log
{
    [LoggerMessage(5020, LogLevel.Warning, "Shadow {Variant} of {Deployment} in {Environment} failed, callers noticed nothing: {Reason}")]
    public static partial void ShadowFailed(ILogger logger, string variant, string deployment, string environment, string reason);

    [LoggerMessage(5021, LogLevel.Warning, "Prediction logs have lost {Predictions} predictions in the last minute ({Reasons}); serving goes on")]
    public static partial void PredictionsLost(ILogger logger, long predictions, string reasons);

    [LoggerMessage(5022, LogLevel.Warning, "A file of the prediction log of {Deployment} in {Environment} was not written")]
    public static partial void LogFileFailed(ILogger logger, string deployment, string environment, Exception failure);

    [LoggerMessage(5023, LogLevel.Warning, "Old prediction logs were not deleted; it is tried again")]
    public static partial void LogRetentionFailed(ILogger logger, Exception failure);
}

using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <content>Messages of batch predictions, ids 5040 to 5059.</content>
internal static partial class Log
{
    [LoggerMessage(5040, LogLevel.Warning, "Batch prediction {Batch} was not planned: {Code}: {Reason}")]
    public static partial void BatchNotPlanned(ILogger logger, string batch, string code, string reason);

    [LoggerMessage(5041, LogLevel.Warning, "Partition {Partition} of batch prediction {Batch} failed with {Code}; for good: {Final}")]
    public static partial void PartitionFailed(ILogger logger, long partition, string batch, string code, bool final);

    [LoggerMessage(5042, LogLevel.Warning, "Batch predictions were not looked after; it is tried again")]
    public static partial void BatchWatchFailed(ILogger logger, Exception failure);
}
